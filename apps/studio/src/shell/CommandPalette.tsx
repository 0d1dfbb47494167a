import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { useApiQuery, WorkflowNames } from '@heddle/studio-data';
import { useNavigate } from '@tanstack/react-router';
import { Search, Workflow } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useText } from '../i18n/index.js';
import { NAVIGATION } from './navigation.js';
import { getPageActions, subscribePageActions } from './page-actions.js';

/** Mod+K: pages, workflows, and whatever the present page offers. */
export function CommandPalette({ namespace }: { namespace: string }) {
  const t = useText();
  const navigate = useNavigate();
  const names = useApiQuery(WorkflowNames, { namespace });
  const pageActions = useSyncExternalStore(subscribePageActions, getPageActions);
  const pages: SpotlightActionData[] = NAVIGATION.map(({ id, label, icon: Icon, to }) => ({
    id,
    label: t('palette.go', { page: t(label) }),
    leftSection: <Icon size={16} />,
    onClick: () => void navigate({ to, params: { namespace, section: 'api-keys' } }),
  }));
  const workflows: SpotlightActionData[] = (names.data?.workflows.nodes ?? []).map((workflow) => ({
    id: `workflow-${workflow.id}`,
    label: workflow.name,
    description: t('nav.workflows'),
    leftSection: <Workflow size={16} />,
    onClick: () =>
      void navigate({
        to: '/n/$namespace/workflows/$workflowId',
        params: { namespace, workflowId: workflow.id },
      }),
  }));
  return (
    <Spotlight
      actions={[...pageActions, ...pages, ...workflows]}
      shortcut="mod + K"
      nothingFound={t('palette.nothing')}
      highlightQuery
      scrollable
      maxHeight={420}
      limit={30}
      searchProps={{ leftSection: <Search size={16} />, placeholder: t('palette.placeholder') }}
    />
  );
}
