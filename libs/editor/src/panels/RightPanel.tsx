import { indexOf } from '@heddle/graph';
import { Button, Group } from '@mantine/core';
import { canRun, commandById, runCommand } from '../commands/registry.js';
import { select } from '../document/view-store.js';
import { useEditorText } from '../i18n/index.js';
import { useDocument, useSession, useView } from '../session-context.js';
import { EdgePanel } from './EdgePanel.js';
import { NodePanel } from './NodePanel.js';
import { PanelFrame } from './PanelFrame.js';
import { ProblemsPanel } from './ProblemsPanel.js';
import { SettingsPanel } from './SettingsPanel.js';

const MANY_COMMANDS = ['copy', 'cut', 'duplicate', 'delete'] as const;

function ManyPanel({ count, onClose }: { count: number; onClose: () => void }) {
  const t = useEditorText();
  const session = useSession();
  return (
    <PanelFrame title={t('panel.many', { count })} onClose={onClose}>
      <Group gap="xs">
        {MANY_COMMANDS.map(commandById)
          .filter((command) => canRun(command, session))
          .map((command) => (
            <Button
              key={command.id}
              variant="default"
              leftSection={<command.icon size={14} />}
              onClick={() => runCommand(command, session)}
            >
              {t(command.label)}
            </Button>
          ))}
      </Group>
    </PanelFrame>
  );
}

/** The panel for what is selected, else the one that was opened, else nothing. */
export function RightPanel() {
  const session = useSession();
  const nodes = useView((state) => state.nodes);
  const edges = useView((state) => state.edges);
  const panel = useView((state) => state.panel);
  const graph = useDocument((state) => state.graph);
  const clear = (): void => select(session.view, []);
  const close = (): void => session.view.setState({ panel: 'none' });
  if (panel === 'problems') return <ProblemsPanel onClose={close} />;
  if (panel === 'settings') return <SettingsPanel onClose={close} />;
  const index = indexOf(graph);
  const [key] = nodes;
  const node = nodes.size === 1 && key !== undefined ? index.nodes.get(key) : undefined;
  if (node) return <NodePanel key={node.key} node={node} onClose={clear} />;
  const [id] = edges;
  const edge =
    nodes.size === 0 && edges.size === 1 && id !== undefined ? index.edges.get(id) : undefined;
  if (edge) return <EdgePanel key={edge.id} edge={edge} onClose={clear} />;
  if (nodes.size + edges.size > 1) return <ManyPanel count={nodes.size} onClose={clear} />;
  return null;
}
