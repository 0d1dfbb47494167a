import { defineMessages } from '@heddle/ui';
import { bulkEn } from './bulk-en.js';
import { bulkZhCN } from './bulk-zh-CN.js';

/** Texts of bulk actions, list filters and retention. */
export const bulkMessages = defineMessages('bulk', { en: bulkEn, 'zh-CN': bulkZhCN });
/** Gives texts of bulk actions, list filters and retention in the current language. */
export const useBulkText = bulkMessages.useText;
