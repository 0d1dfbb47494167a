import { defineMessages } from '@heddle/ui';
import { workEn } from './work-en.js';
import { workZhCN } from './work-zh-CN.js';

/** Texts of the editor page and the run page. */
export const workMessages = defineMessages('work', { en: workEn, 'zh-CN': workZhCN });
/** Gives texts of the editor page and the run page in the current language. */
export const useWorkText = workMessages.useText;
