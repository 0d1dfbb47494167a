export { useVerdictText } from './canvas/EdgeCurve.js';
export { isContainer, typeColor, typeIcon, typeTitle } from './canvas/type-look.js';
export { JsonField } from './code/JsonField.js';
export type { EditorCommand } from './commands/command.js';
export { canRun, COMMANDS, runCommand } from './commands/registry.js';
export * from './document/autosave.js';
export * from './document/autosaver.js';
export { createDocumentStore, type DocumentStore } from './document/document-store.js';
export * from './document/local-draft.js';
export { Editor } from './Editor.js';
export { defaultsOf } from './forms/defaults.js';
export { InputForm } from './forms/InputForm.js';
export { editorMessages, useEditorText } from './i18n/index.js';
export { layoutGraph } from './layout/layout.js';
export { layoutInputOf } from './layout/run-layout.js';
export { HeatStrip } from './run/HeatStrip.js';
export { useReasonText } from './run/reasons.js';
export { RunCanvas } from './run/RunCanvas.js';
export {
  type ChildCountsView,
  edgeFate,
  type NodePaint,
  type NodeRunSource,
  type NodeRunView,
  stateName,
  useNodeReasons,
  useNodeRun,
  type WaitReasonView,
} from './run/source.js';
export type { EditorHost, EditorSession, ExecutorOffer, WorkflowChoice } from './session.js';
