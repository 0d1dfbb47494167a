export * from './event.js';
export * from './node-type.js';
export * from './state.js';
