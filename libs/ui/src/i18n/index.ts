import { en } from './en.js';
import { defineMessages } from './messages.js';
import { zhCN } from './zh-CN.js';

/** Texts of the shared components: states, errors, JSON, time, theme. */
export const uiMessages = defineMessages('ui', { en, 'zh-CN': zhCN });
