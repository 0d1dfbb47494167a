export { orderSettlement } from './order-settlement.js';
export { demoWorkflows, seedDemo, type SeedOptions, type SeededWorkflow } from './seed-demo.js';
