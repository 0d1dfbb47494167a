import type { Role } from '@heddle/studio-data';

/** Roles from the least to the most, as menus list them. */
export const ROLES = ['VIEWER', 'OPERATOR', 'EDITOR', 'ADMIN'] as const satisfies readonly Role[];
