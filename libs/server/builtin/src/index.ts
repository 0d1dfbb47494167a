export { BuiltInModule, type BuiltInSettings } from './built-in.module.js';
export type { MailSettings } from './notify/send-email.js';
export type { NotifySettings } from './notify/notify-executor.js';
