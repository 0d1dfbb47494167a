import { Approvals, type ApprovalsQuery, useApiQuery } from '@heddle/studio-data';
import { EmptyState, PageHeader, RelativeTime } from '@heddle/ui';
import { Button, Group, SegmentedControl, Text, Title, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ClipboardCheck } from 'lucide-react';
import { useState } from 'react';
import { ApprovalFacts, ApprovalForm } from '../components/ApprovalForm.js';
import { QueryGate } from '../components/QueryGate.js';
import { useText } from '../i18n/index.js';
import { useRepairText } from '../i18n/repair.js';
import { useNamespace } from '../session.js';

const PAGE_SIZE = 50;
/** The inbox asks again this often while the live channel may be down. */
const REFRESH_MS = 15_000;

type Entry = ApprovalsQuery['approvals']['nodes'][number];

const idOf = ({ run, nodeKey }: Entry): string => `${run.id}/${nodeKey}`;

interface InboxListProps {
  entries: readonly Entry[];
  chosen: Entry;
  onChoose: (entry: Entry) => void;
}

function InboxList({ entries, chosen, onChoose }: InboxListProps) {
  const t = useRepairText();
  return (
    <div className="h-card h-inbox-list">
      {entries.map((entry) => (
        <UnstyledButton
          key={idOf(entry)}
          className="h-inbox-item"
          aria-current={entry === chosen || undefined}
          onClick={() => onChoose(entry)}
        >
          <Text size="sm" fw={500} lineClamp={2}>
            {entry.title}
          </Text>
          <Text size="xs" c="dimmed" component="span">
            {entry.run.workflow.name} #{entry.run.id} · <RelativeTime at={entry.requestedAt} />
          </Text>
          {entry.expiresAt ? (
            <Text size="xs" c="var(--h-warn)" component="span">
              {t('approval.expires')} <RelativeTime at={entry.expiresAt} />
            </Text>
          ) : null}
        </UnstyledButton>
      ))}
    </div>
  );
}

function Inbox({ entries }: { entries: readonly Entry[] }) {
  const t = useRepairText();
  const namespace = useNamespace();
  const [chosenId, setChosenId] = useState<string | null>(null);
  const chosen = entries.find((entry) => idOf(entry) === chosenId) ?? entries[0];
  if (!chosen) return null;
  return (
    <div className="h-inbox">
      <InboxList entries={entries} chosen={chosen} onChoose={(entry) => setChosenId(idOf(entry))} />
      <section key={idOf(chosen)} className="h-card h-inbox-form" aria-label={chosen.title}>
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Title order={2}>{chosen.title}</Title>
          <Link
            to="/n/$namespace/runs/$runId"
            params={{ namespace, runId: chosen.run.id }}
            search={{ node: chosen.nodeKey }}
            className="h-crumb"
          >
            {t('approval.openRun', { id: chosen.run.id })}
          </Link>
        </Group>
        <ApprovalFacts approval={chosen} />
        <ApprovalForm runId={chosen.run.id} approval={chosen} />
      </section>
    </div>
  );
}

/** The inbox: what runs ask people to decide. */
export function ApprovalsPage() {
  const t = useText();
  const words = useRepairText();
  const namespace = useNamespace();
  const [onlyMine, setOnlyMine] = useState(true);
  const [first, setFirst] = useState(PAGE_SIZE);
  const query = useApiQuery(
    Approvals,
    { namespace, onlyMine, first },
    { refetchMs: REFRESH_MS, keepPrevious: true },
  );
  return (
    <>
      <PageHeader title={words('approval.title')} />
      <div className="h-page">
        <div className="h-toolbar">
          <SegmentedControl
            size="xs"
            aria-label={words('approval.filter')}
            value={onlyMine ? 'mine' : 'all'}
            onChange={(value) => setOnlyMine(value === 'mine')}
            data={[
              { value: 'mine', label: words('approval.mine') },
              { value: 'all', label: words('approval.all') },
            ]}
          />
        </div>
        <QueryGate query={query}>
          {({ approvals }) =>
            approvals.nodes.length === 0 ? (
              <EmptyState
                icon={ClipboardCheck}
                title={words(onlyMine ? 'approval.empty' : 'approval.emptyAll')}
              >
                {words('approval.emptyHint')}
              </EmptyState>
            ) : (
              <>
                <Inbox entries={approvals.nodes} />
                {approvals.endCursor ? (
                  <Group>
                    <Button
                      variant="default"
                      loading={query.isFetching}
                      onClick={() => setFirst(first + PAGE_SIZE)}
                    >
                      {t('action.loadMore')}
                    </Button>
                  </Group>
                ) : null}
              </>
            )
          }
        </QueryGate>
      </div>
    </>
  );
}
