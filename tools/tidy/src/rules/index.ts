import type { Rule } from '../finding.js';
import { budgets } from './budgets.js';
import { docstrings } from './docstrings.js';
import { generated } from './generated.js';
import { orphanSpecs } from './orphan-specs.js';
import { readmes } from './readmes.js';
import { references } from './references.js';
import { remarks } from './remarks.js';
import { versions } from './versions.js';
import { words } from './words.js';

/** Every rule, in the order in which their findings are shown. */
export const RULES: readonly Rule[] = [
  references,
  versions,
  readmes,
  budgets,
  words,
  orphanSpecs,
  remarks,
  docstrings,
  generated,
];
