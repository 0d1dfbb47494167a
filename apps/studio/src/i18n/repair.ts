import { defineMessages } from '@heddle/ui';
import { repairEn } from './repair-en.js';
import { repairZhCN } from './repair-zh-CN.js';

/** Texts of what operators do: hold, mark, rewind, decide, repair many. */
export const repairMessages = defineMessages('repair', { en: repairEn, 'zh-CN': repairZhCN });
/** Gives texts of what operators do in the current language. */
export const useRepairText = repairMessages.useText;
