import { defineMessages } from '@heddle/ui';
import { en } from './en.js';
import { zhCN } from './zh-CN.js';

/** Texts of the pages. */
export const studioMessages = defineMessages('studio', { en, 'zh-CN': zhCN });
/** Gives texts of the pages in the current language. */
export const useText = studioMessages.useText;
