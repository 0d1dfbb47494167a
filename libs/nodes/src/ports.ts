import type { PortDefinition } from '@heddle/engine';

/** Ports of a type that can succeed and fail and has none of its own. */
export function commonPorts(): PortDefinition[] {
  return [{ name: 'success' }, { name: 'failure' }, { name: 'always' }];
}
