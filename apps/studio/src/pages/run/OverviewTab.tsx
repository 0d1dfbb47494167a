import { typeTitle, useEditorText, useNodeRun, useVerdictText } from '@heddle/editor';
import { type GraphDocument, indexOf } from '@heddle/graph';
import type { RunWatcher } from '@heddle/studio-data';
import { currentLanguage, Duration, formatDateTime } from '@heddle/ui';
import { Text, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { CircleCheck, CircleDashed, MoveRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApprovalFacts, ApprovalForm } from '../../components/ApprovalForm.js';
import { useRepairText } from '../../i18n/repair.js';
import { useWorkText } from '../../i18n/work.js';
import { useNamespace } from '../../session.js';
import type { NodeDetail } from './NodeSidePanel.js';
import { WaitReasons } from './WaitReasons.js';

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}

interface OverviewTabProps {
  watcher: RunWatcher;
  graph: GraphDocument;
  detail: NodeDetail;
  onSelect: (key: string) => void;
  onItems: () => void;
}

/** What an approval asks, while it waits for somebody to decide. */
function Decision({ detail, watcher }: Pick<OverviewTabProps, 'detail' | 'watcher'>) {
  const live = useNodeRun(watcher, detail.key);
  const runId = watcher.view?.id ?? '';
  if (!detail.approval || live?.state !== 'waiting') return null;
  return (
    <section className="h-decision" aria-label={detail.approval.title}>
      <Text fw={600} size="sm" component="h3" m={0}>
        {detail.approval.title}
      </Text>
      <ApprovalFacts approval={detail.approval} />
      <ApprovalForm runId={runId} approval={detail.approval} />
    </section>
  );
}

/** Where the output of a node comes from that was not executed here. */
function Reused({ from, nodeKey }: { from: { runId: string }; nodeKey: string }) {
  const t = useRepairText();
  const namespace = useNamespace();
  return (
    <Fact label={t('run.reusedFrom')}>
      <Link
        to="/n/$namespace/runs/$runId"
        params={{ namespace, runId: from.runId }}
        search={{ node: nodeKey, tab: 'output' }}
      >
        #{from.runId}
      </Link>
    </Fact>
  );
}

/** Outgoing edges with their verdicts and the values that decided them. */
function Edges({ watcher, graph, detail, onSelect }: OverviewTabProps) {
  const t = useWorkText();
  const verdictText = useVerdictText();
  const live = useNodeRun(watcher, detail.key);
  const index = indexOf(graph);
  const edges = index.outgoing.get(detail.key) ?? [];
  if (edges.length === 0) return null;
  return (
    <section>
      <Text size="xs" fw={600} c="dimmed" mt="md" mb={4}>
        {t('node.edges')}
      </Text>
      <ul className="h-verdicts">
        {edges.map((edge) => {
          const verdict = live?.verdicts?.[edge.id];
          return (
            <li key={edge.id}>
              {verdict?.isLive ? (
                <CircleCheck size={14} color="var(--h-state-succeeded)" aria-hidden />
              ) : (
                <CircleDashed size={14} color="var(--h-text-dim)" aria-hidden />
              )}
              <div>
                <UnstyledButton fz="xs" fw={500} onClick={() => onSelect(edge.target)}>
                  {edge.port} <MoveRight size={11} aria-hidden />{' '}
                  {index.nodes.get(edge.target)?.name || edge.target}
                </UnstyledButton>
                {edge.when ? <code className="h-mono"> {edge.when}</code> : null}
                {verdict ? (
                  <Text size="xs" c="dimmed" style={{ whiteSpace: 'pre-line' }}>
                    {verdictText(verdict)}
                  </Text>
                ) : null}
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Times, worker, attempt and verdicts of a node run. */
export function OverviewTab(props: OverviewTabProps) {
  const { watcher, graph, detail } = props;
  const t = useWorkText();
  const words = useEditorText();
  const live = useNodeRun(watcher, detail.key);
  const by = watcher.getNode(detail.key)?.by;
  const node = indexOf(graph).nodes.get(detail.key);
  const at = (value: string | null | undefined): string =>
    value ? formatDateTime(value, currentLanguage()) : '—';
  const action = (['retry', 'skip', 'cancel', 'mark', 'rerun', 'decide'] as const).find(
    (name) => name === by?.action,
  );
  return (
    <>
      <WaitReasons
        watcher={watcher}
        graph={graph}
        nodeKey={detail.key}
        onSelect={props.onSelect}
        onItems={props.onItems}
      />
      <Decision detail={detail} watcher={watcher} />
      {live?.error ? (
        <Text size="sm" c="red" mb="sm" style={{ overflowWrap: 'anywhere' }}>
          <strong>{live.error.code}</strong> {live.error.message}
        </Text>
      ) : null}
      <dl className="h-facts">
        <Fact label={t('node.key')}>
          <code className="h-mono">{detail.key}</code>
        </Fact>
        <Fact label={t('node.type')}>{typeTitle(words, node?.type ?? '')}</Fact>
        <Fact label={t('node.attempt')}>{live?.attempt ?? 0}</Fact>
        <Fact label={t('node.worker')}>{watcher.getNode(detail.key)?.worker ?? '—'}</Fact>
        <Fact label={t('node.queued')}>{at(live?.queuedAt)}</Fact>
        <Fact label={t('node.started')}>{at(live?.startedAt)}</Fact>
        <Fact label={t('node.ended')}>{at(live?.endedAt)}</Fact>
        {live?.reusedFrom ? <Reused from={live.reusedFrom} nodeKey={detail.key} /> : null}
        {live?.dueAt ? <Fact label={t('node.due')}>{at(live.dueAt)}</Fact> : null}
        {live?.queuedAt && live.startedAt ? (
          <Fact label={t('node.waited')}>
            <Duration from={live.queuedAt} to={live.startedAt} />
          </Fact>
        ) : null}
        {live?.startedAt ? (
          <Fact label={t('node.ran')}>
            <Duration from={live.startedAt} to={live.endedAt} />
          </Fact>
        ) : null}
        {by ? (
          <Fact label={t('node.by')}>
            {t('node.byText', {
              action: action ? t(`node.action.${action}`) : by.action,
              actor: by.name,
            })}
            {by.reason ? ` — ${by.reason}` : ''}
          </Fact>
        ) : null}
      </dl>
      <Edges {...props} />
    </>
  );
}
