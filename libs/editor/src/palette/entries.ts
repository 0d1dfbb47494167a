import type { NodeRegistry } from '@heddle/engine';
import type { NodeTemplate } from '../document/edits.js';
import { typeHint, typeTitle } from '../canvas/type-look.js';
import type { EditorText } from '../i18n/index.js';
import type { ExecutorOffer } from '../session.js';

/** Something that can be put on the canvas. */
export interface PaletteEntry {
  id: string;
  group: 'work' | 'control' | 'executors';
  title: string;
  hint: string;
  template: NodeTemplate;
}

/** Titles of the groups, in order. */
export const PALETTE_GROUPS = ['work', 'control', 'executors'] as const;

/** A readable name of an executor: `image.resize-all` becomes "Image resize all". */
export function executorTitle(name: string): string {
  const words = name.replace(/[._-]+/g, ' ').trim();
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1);
}

/** Every node type, then every executor that workers offer as a job made ready. */
export function paletteEntries(
  registry: NodeRegistry,
  executors: readonly ExecutorOffer[],
  t: EditorText,
): PaletteEntry[] {
  const types = Object.values(registry).map<PaletteEntry>(({ type, group }) => ({
    id: type,
    group,
    title: typeTitle(t, type),
    hint: typeHint(t, type),
    template: { type },
  }));
  const job = registry['job'];
  if (!job) return types;
  const offers = executors.map<PaletteEntry>((offer) => ({
    id: `${offer.group}/${offer.name}`,
    group: 'executors',
    title: offer.name,
    hint: offer.description || offer.group,
    template: {
      type: 'job',
      name: executorTitle(offer.name),
      keyWish: offer.name,
      config: { ...structuredClone(job.initialConfig), group: offer.group, executor: offer.name },
    },
  }));
  return [...types, ...offers];
}

/** Entries whose title, hint or type contains all words of the search, best first: a title that begins with it. */
export function searchEntries(entries: readonly PaletteEntry[], search: string): PaletteEntry[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...entries];
  const first = words[0] ?? '';
  return entries
    .filter(({ title, hint, id }) => {
      const text = `${title} ${hint} ${id}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => rank(a, first) - rank(b, first));
}

function rank({ title, id }: PaletteEntry, word: string): number {
  if (title.toLowerCase().startsWith(word) || id.toLowerCase().startsWith(word)) return 0;
  return title.toLowerCase().includes(word) ? 1 : 2;
}
