import type { SpotlightActionData } from '@mantine/spotlight';

/** Actions that the present page adds to the command palette. */
let actions: readonly SpotlightActionData[] = [];
const listeners = new Set<() => void>();

/** Replaces the page's actions; a page gives `[]` when it goes. */
export function setPageActions(next: readonly SpotlightActionData[]): void {
  actions = next;
  for (const listener of listeners) listener();
}

/** The page's actions at this moment. */
export function getPageActions(): readonly SpotlightActionData[] {
  return actions;
}

/** Calls the listener whenever the page's actions change. */
export function subscribePageActions(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
