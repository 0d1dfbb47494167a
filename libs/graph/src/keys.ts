import { GRAPH_LIMITS } from './document.js';

const KEY = /^[A-Za-z_][A-Za-z0-9_]*$/;
const EDGE_ID = /^[A-Za-z0-9_][A-Za-z0-9_.:-]*$/;

/** Words that cannot follow a dot in CEL, or that JavaScript objects already have. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace ' +
    'return var void while __proto__ prototype constructor toString valueOf hasOwnProperty'
  ).split(' '),
);

/** Why a text cannot be a node key; null when it can. */
export function nodeKeyProblem(key: string): string | null {
  if (key === '') return 'A node key must not be empty.';
  if (key.length > GRAPH_LIMITS.keyLengthMax) {
    return `The node key "${key.slice(0, 80)}" has ${key.length} characters; at most ${GRAPH_LIMITS.keyLengthMax} are allowed.`;
  }
  if (!KEY.test(key)) {
    return `The node key "${key}" must start with a letter or "_" and hold only letters, digits and "_".`;
  }
  return RESERVED.has(key) ? `"${key}" is a reserved word; choose another node key.` : null;
}

/** Why a text cannot be an edge id; null when it can. */
export function edgeIdProblem(id: string): string | null {
  if (id.length <= GRAPH_LIMITS.keyLengthMax && EDGE_ID.test(id) && !RESERVED.has(id)) return null;
  return `The edge id "${id.slice(0, 80)}" must be 1 to ${GRAPH_LIMITS.keyLengthMax} letters, digits, "_", "-", "." or ":".`;
}

/**
 * A node key made of any text: forbidden characters become `_`. Not in `taken`; a number is
 * appended when needed.
 */
export function freeNodeKey(wish: string, taken: { has(key: string): boolean }): string {
  const cleaned = wish
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^(?=\d)/, '_')
    .slice(0, 56);
  const base = nodeKeyProblem(cleaned) === null ? cleaned : `n_${cleaned}`.slice(0, 56);
  return numbered(base, taken);
}

/** An edge id that says what the edge joins, not in `taken`. */
export function freeEdgeId(
  source: string,
  target: string,
  taken: { has(id: string): boolean },
): string {
  return numbered(`${source.slice(0, 27)}-${target.slice(0, 27)}`, taken);
}

function numbered(base: string, taken: { has(key: string): boolean }): string {
  if (!taken.has(base)) return base;
  // Ends: `taken` is finite.
  for (let n = 2; ; n++) if (!taken.has(`${base}_${n}`)) return `${base}_${n}`;
}
