import { type GraphDocument, indexOf } from '@heddle/graph';
import { ErrorNote } from '@heddle/ui';
import { Accordion, Alert, Loader, Text } from '@mantine/core';
import { CircleAlert, TriangleAlert } from 'lucide-react';
import { useRepairText } from '../../../i18n/repair.js';
import { countPaint } from './rewind-draft.js';
import type { Rewind } from './use-rewind.js';

const EFFECTS = ['reexecuted', 'reused', 'skipped'] as const;
/** Nodes listed at most; the canvas shows them all. */
const LISTED_MAX = 200;

/** The legend of the colours on the canvas, with how many nodes have each. */
export function RewindLegend({ rewind }: { rewind: Rewind }) {
  const t = useRepairText();
  const counts = countPaint(rewind.paint ?? new Map());
  return (
    <dl className="h-rewind-legend" aria-live="polite" data-testid="rewind-legend">
      {EFFECTS.map((effect) => (
        <div key={effect} data-effect={effect}>
          <dt>
            <span className="h-paint-swatch" data-effect={effect} aria-hidden />
            {t(`rewind.effect.${effect}`)}
          </dt>
          <dd className="h-tabular">{counts[effect]}</dd>
        </div>
      ))}
      {counts.uncertain > 0 ? (
        <div data-effect="uncertain">
          <dt>
            <span
              className="h-paint-swatch"
              data-effect="skipped"
              data-uncertain
              aria-hidden
              style={{ backgroundColor: 'transparent' }}
            />
            {t('rewind.effect.uncertain')}
          </dt>
          <dd className="h-tabular">{counts.uncertain}</dd>
        </div>
      ) : null}
    </dl>
  );
}

/** Every node with what becomes of it and why, as text. */
function NodeList({ rewind, graph }: { rewind: Rewind; graph: GraphDocument }) {
  const t = useRepairText();
  const { nodes } = indexOf(graph);
  const listed = rewind.preview?.nodes ?? [];
  return (
    <Accordion variant="contained" chevronSize={14}>
      <Accordion.Item value="nodes">
        <Accordion.Control>
          <Text size="xs">{t('rewind.nodeByNode')}</Text>
        </Accordion.Control>
        <Accordion.Panel>
          <ul className="h-rewind-nodes">
            {listed.slice(0, LISTED_MAX).map(({ key, effect, isCertain, reason }) => (
              <li key={key}>
                <span
                  className="h-paint-swatch"
                  data-effect={effect.toLowerCase()}
                  data-uncertain={!isCertain || undefined}
                  aria-hidden
                />
                <span>
                  <strong>{nodes.get(key)?.name || key}</strong> {reason}
                </span>
              </li>
            ))}
          </ul>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

/** What the rerun would do: counts, the problems that forbid it, and the list. */
export function RewindOutcome({ rewind, graph }: { rewind: Rewind; graph: GraphDocument }) {
  const t = useRepairText();
  const { preview, isPending, error } = rewind;
  return (
    <section aria-label={t('rewind.preview')}>
      <Text size="xs" fw={500} mb={6} component="h3" m={0}>
        {t('rewind.preview')} {isPending ? <Loader size={10} ml={4} /> : null}
      </Text>
      {error ? <ErrorNote error={error} /> : null}
      {(preview?.problems ?? []).map((problem, index) => (
        <Alert
          key={index}
          p="xs"
          mb={6}
          color={problem.severity === 'error' ? 'red' : 'yellow'}
          icon={
            problem.severity === 'error' ? <CircleAlert size={15} /> : <TriangleAlert size={15} />
          }
        >
          <Text size="xs">{problem.message}</Text>
        </Alert>
      ))}
      {preview ? <NodeList rewind={rewind} graph={graph} /> : null}
    </section>
  );
}
