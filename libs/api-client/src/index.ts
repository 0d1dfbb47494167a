export { ApiError, HeddleApi, type ApiOptions } from './heddle-api.js';
export { publishGraph, type PublishGraph, type PublishedWorkflow } from './publish-graph.js';
