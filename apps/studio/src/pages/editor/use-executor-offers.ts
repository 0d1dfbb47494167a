import type { ExecutorOffer } from '@heddle/editor';
import { isJsonObject } from '@heddle/kernel';
import { useApiQuery, Workers, type WorkersQuery } from '@heddle/studio-data';
import { useMemo } from 'react';

/** Executors of connected workers, each once per group, by name. */
export function offersOf(workers: WorkersQuery['workers']): ExecutorOffer[] {
  const offers = new Map<string, ExecutorOffer>();
  for (const worker of workers) {
    if (worker.state === 'disconnected') continue;
    for (const { name, description, inputSchema } of worker.executors) {
      const id = `${worker.group} ${name}`;
      const known = offers.get(id);
      offers.set(id, {
        group: worker.group,
        name,
        description: known?.description || description,
        inputSchema: isJsonObject(inputSchema) ? inputSchema : (known?.inputSchema ?? null),
        workerCount: (known?.workerCount ?? 0) + 1,
      });
    }
  }
  return [...offers.values()].sort((a, b) => a.name.localeCompare(b.name));
}

const NO_WORKERS: WorkersQuery['workers'] = [];

/** What the workers of a namespace offer; follows them as they come and go. */
export function useExecutorOffers(namespace: string): ExecutorOffer[] {
  const { data } = useApiQuery(Workers, { namespace });
  const workers = data?.workers ?? NO_WORKERS;
  // Heartbeats change the answer every few seconds; the offers rarely.
  const packed = JSON.stringify(offersOf(workers));
  return useMemo(() => JSON.parse(packed) as ExecutorOffer[], [packed]);
}
