export * from './errors.js';
export * from './ids.js';
export * from './json.js';
export * from './problem.js';
