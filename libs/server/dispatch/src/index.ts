export * from './worker-port.js';
