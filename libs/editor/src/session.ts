import type { NodeRegistry } from '@heddle/engine';
import type { JsonSchema, Problem } from '@heddle/kernel';
import type { Point } from './canvas/geometry.js';
import type { EditorCommand } from './commands/command.js';
import type { DocumentStore } from './document/document-store.js';
import type { ViewStore } from './document/view-store.js';
import type { EditorText } from './i18n/index.js';

/** An executor that connected workers offer. */
export interface ExecutorOffer {
  group: string;
  name: string;
  description: string;
  /** JSON Schema of the input; null: any. */
  inputSchema: JsonSchema | null;
  /** Connected workers that offer it. */
  workerCount: number;
}

/** Another workflow of the namespace. */
export interface WorkflowChoice {
  id: string;
  name: string;
}

/** What commands ask of the canvas. */
export interface CanvasApi {
  fitView(): void;
  zoomIn(): void;
  zoomOut(): void;
  /** Brings a node into view. */
  centerNode(key: string): void;
  /** Moves the canvas as little as needed to show a node. */
  revealNode(key: string): void;
  /** Middle of the visible part, in flow coordinates. */
  viewportCenter(): Point;
  /** Flow coordinates of a place on the screen. */
  toFlow(at: Point): Point;
}

/** What the page around the editor does. */
export interface EditorHost {
  publish(): void;
  run(): void;
  save(): void;
  openVersions(): void;
  exportJson(): void;
  /** Opens another workflow beside this one. */
  openWorkflow(id: string): void;
}

/** Everything that a command can reach. */
export interface EditorSession {
  /** The graph that is shown: the workflow's, or one that is drawn inside a node. */
  document: DocumentStore;
  /** The whole document; the same as `document` at the top. */
  root: DocumentStore;
  view: ViewStore;
  registry: NodeRegistry;
  commands: readonly EditorCommand[];
  /** Null until the canvas is mounted. */
  canvas: { current: CanvasApi | null };
  host: EditorHost;
  executors: readonly ExecutorOffer[];
  /** Problems of the shown graph; those of graphs inside its nodes stand at the nodes. */
  problems: readonly Problem[];
  /** Problems of the whole document. */
  allProblems: readonly Problem[];
  /** Workflows that a node may start. */
  workflows: readonly WorkflowChoice[];
  isReadOnly: boolean;
  /** Texts for labels of undo steps. */
  text: EditorText;
  /** What was copied last, for a browser that does not let a menu read the clipboard. */
  copied: { text: string };
  say(message: string, kind?: 'info' | 'error'): void;
}
