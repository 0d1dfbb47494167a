export * from './errors.js';
export * from './fault-point.js';
export * from './ids.js';
export * from './json.js';
export * from './problem.js';
