import type { LoadedRun } from '@heddle/studio-data';
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { Fragment, type ReactNode } from 'react';
import { useText } from '../../i18n/index.js';
import { useRepairText } from '../../i18n/repair.js';
import { useWorkText } from '../../i18n/work.js';

function Crumb({ children }: { children: ReactNode }) {
  return (
    <>
      {children}
      <ChevronRight size={13} aria-hidden style={{ flex: 'none' }} />
    </>
  );
}

/** The way here: the list, the runs this one is a child of, the workflow, the run. */
export function RunCrumbs({ snapshot }: { snapshot: LoadedRun }) {
  const t = useText();
  const work = useWorkText();
  const words = useRepairText();
  const namespace = snapshot.namespace.name;
  const { workflow, ancestors } = snapshot;
  return (
    <nav className="h-run-crumbs" aria-label={words('run.crumbs')}>
      <Crumb>
        <Link to="/n/$namespace/runs" params={{ namespace }} className="h-crumb">
          {t('nav.runs')}
        </Link>
      </Crumb>
      {ancestors.map((parent) => (
        <Fragment key={parent.runId}>
          <Crumb>
            <Link
              to="/n/$namespace/runs/$runId"
              params={{ namespace, runId: parent.runId }}
              search={{ node: parent.nodeKey, tab: 'items' }}
              className="h-crumb"
            >
              {parent.workflowName} #{parent.runId}
            </Link>
          </Crumb>
          <Crumb>
            <span className="h-crumb" title={words('run.itemOf', { node: parent.nodeKey })}>
              {parent.nodeKey}{' '}
              <strong>{parent.label ?? words('items.index', { index: parent.index + 1 })}</strong>
            </span>
          </Crumb>
        </Fragment>
      ))}
      {ancestors.length > 0 ? null : (
        <Crumb>
          <Link
            to="/n/$namespace/workflows/$workflowId"
            params={{ namespace, workflowId: workflow.id }}
            className="h-crumb"
            title={work('runPage.openWorkflow')}
          >
            {workflow.name}
          </Link>
        </Crumb>
      )}
      <Text
        component="h1"
        fw={600}
        size="sm"
        m={0}
        className="h-tabular"
        style={{ whiteSpace: 'nowrap' }}
      >
        {work('runPage.title', { id: snapshot.id })}
      </Text>
    </nav>
  );
}
