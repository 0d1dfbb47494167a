export * from './index.js';
export * from './language.js';
export * from './messages.js';
