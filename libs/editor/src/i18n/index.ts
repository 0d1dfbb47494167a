import { defineMessages, type Translate } from '@heddle/ui';
import { en } from './en.js';
import { zhCN } from './zh-CN.js';

/** Texts of the editor and the run canvas. */
export const editorMessages = defineMessages('editor', { en, 'zh-CN': zhCN });
/** Gives texts of the editor in the current language. */
export const useEditorText = editorMessages.useText;
/** A function that gives texts of the editor. */
export type EditorText = Translate<typeof en>;
