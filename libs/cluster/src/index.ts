export { Cluster, type ServerPorts } from './cluster.js';
export { freePort } from './free-port.js';
export { chainGraph, fanGraph, graphOf, jobNode } from './graphs.js';
export { ChildProcessHandle } from './process.js';
