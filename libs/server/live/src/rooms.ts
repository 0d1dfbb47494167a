/** Names of rooms; a room's members have been checked when they joined. */
export const runRoom = (runId: string): string => `run:${runId}`;
export const logRoom = (runId: string, nodeKey: string): string => `log:${runId}/${nodeKey}`;
export const namespaceRoom = (namespaceId: string): string => `namespace:${namespaceId}`;
