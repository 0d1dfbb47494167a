import { useNodeReasons, useReasonText, type WaitReasonView } from '@heddle/editor';
import { type GraphDocument, indexOf } from '@heddle/graph';
import { isJsonObject } from '@heddle/kernel';
import type { RunWatcher } from '@heddle/studio-data';
import { currentLanguage, formatDuration, useLanguage, useNow } from '@heddle/ui';
import { Anchor, Text, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Hourglass, MoveRight } from 'lucide-react';
import { HoldBadge } from '../../components/hold/HoldBadge.js';
import { useRepairText } from '../../i18n/repair.js';
import { useCan, useNamespace } from '../../session.js';
import { factsOf } from './wait-facts.js';

/** Nodes named at most; a join of thousands says how many more there are. */
const NODES_SHOWN_MAX = 8;

interface WaitReasonsProps {
  watcher: RunWatcher;
  graph: GraphDocument;
  nodeKey: string;
  onSelect: (key: string) => void;
  onItems: () => void;
}

function Until({ until }: { until: string }) {
  const t = useRepairText();
  const now = useNow();
  return (
    <span className="h-tabular">
      {t('hold.left', { time: formatDuration(Date.parse(until) - now) })}
    </span>
  );
}

function NodeLinks({ reason, graph, nodeKey, onSelect }: LinkProps) {
  const t = useRepairText();
  const { nodes } = indexOf(graph);
  // A reason of the node itself needs no way to it.
  const others = reason.nodeKeys.filter((key) => key !== nodeKey);
  const shown = others.slice(0, NODES_SHOWN_MAX);
  const rest = others.length - shown.length;
  if (shown.length === 0) return null;
  return (
    <span className="h-reason-nodes">
      {shown.map((key) => (
        <UnstyledButton key={key} className="h-chip" onClick={() => onSelect(key)}>
          <MoveRight size={11} aria-hidden />
          {nodes.get(key)?.name || key}
        </UnstyledButton>
      ))}
      {rest > 0 ? <span>{t('why.moreNodes', { count: rest })}</span> : null}
    </span>
  );
}

interface LinkProps {
  reason: WaitReasonView;
  nodeKey: string;
  graph: GraphDocument;
  onSelect: (key: string) => void;
}

/** Values that belong to a reason, with words for the known ones. */
function Facts({ reason }: { reason: WaitReasonView }) {
  const t = useRepairText();
  const facts = factsOf(reason);
  if (facts.length === 0) return null;
  return (
    <span className="h-reason-facts">
      {facts.map(({ name, label, value }) => (
        <span key={name}>
          {label ? t(label) : name}: <strong>{value}</strong>
        </span>
      ))}
    </span>
  );
}

function WorkersLink() {
  const t = useRepairText();
  const namespace = useNamespace();
  return (
    <Anchor
      size="xs"
      renderRoot={(props) => <Link {...props} to="/n/$namespace/workers" params={{ namespace }} />}
    >
      {t('why.toWorkers')}
    </Anchor>
  );
}

/** Who holds the node or its run, with the button that lets go. */
function Holds({ watcher, nodeKey }: Pick<WaitReasonsProps, 'watcher' | 'nodeKey'>) {
  const isAllowed = useCan('OPERATOR');
  const runId = watcher.view?.id ?? '';
  const own = watcher.getNode(nodeKey)?.hold;
  return (
    <>
      {own ? (
        <HoldBadge hold={own} target={isAllowed ? { kind: 'node', runId, nodeKey } : null} />
      ) : null}
      {(watcher.view?.holds ?? []).map((hold) => (
        <HoldBadge
          key={hold.scope}
          hold={hold}
          target={isAllowed && hold.scope === 'run' ? { kind: 'run', runId } : null}
        />
      ))}
    </>
  );
}

function Reason({ reason, props }: { reason: WaitReasonView; props: WaitReasonsProps }) {
  const t = useRepairText();
  const reasonText = useReasonText();
  const isEnglish = useLanguage() === 'en';
  const { kind, facts } = reason;
  const about = isJsonObject(facts) ? facts['nodeKey'] : undefined;
  const isOwn = about === undefined || about === props.nodeKey;
  return (
    <li className="h-reason" data-kind={kind}>
      <Text size="sm" fw={500} component="div">
        {reasonText(reason)}
        {reason.until ? (
          <Text span size="xs" c="dimmed" ml={6}>
            <Until until={reason.until} />
          </Text>
        ) : null}
      </Text>
      {/* The server's sentence is English; other languages have the title and the facts. */}
      {isEnglish ? (
        <Text size="xs" c="dimmed">
          {reason.message}
        </Text>
      ) : null}
      <Facts reason={reason} />
      <NodeLinks reason={reason} {...props} />
      {kind === 'noWorker' || kind === 'noSlot' || kind === 'queue' ? <WorkersLink /> : null}
      {kind === 'hold' || kind === 'run' ? <Holds {...props} /> : null}
      {kind === 'children' && isOwn ? (
        <UnstyledButton className="h-chip" onClick={props.onItems}>
          {t('items.show')}
        </UnstyledButton>
      ) : null}
    </li>
  );
}

/** Why a node has not ended, outermost cause first; each cause leads to what would change it. */
export function WaitReasons(props: WaitReasonsProps) {
  const t = useRepairText();
  const reasons = useNodeReasons(props.watcher, props.nodeKey);
  if (reasons.length === 0) return null;
  return (
    <section className="h-reasons" aria-live="polite" data-testid="wait-reasons">
      <Text size="xs" fw={600} c="dimmed" mb={6} component="h3" m={0}>
        <Hourglass size={12} aria-hidden /> {t('why.title')}
      </Text>
      <ol lang={currentLanguage()}>
        {reasons.map((reason, index) => (
          <Reason key={`${reason.kind}${index}`} reason={reason} props={props} />
        ))}
      </ol>
    </section>
  );
}
