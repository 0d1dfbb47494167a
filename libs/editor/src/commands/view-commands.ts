import { moveNodes } from '@heddle/graph';
import { messageOf } from '@heddle/kernel';
import {
  CircleAlert,
  CornerLeftUp,
  Download,
  FolderOpen,
  History,
  Keyboard,
  Maximize,
  Network,
  PanelLeft,
  Play,
  Plus,
  Rocket,
  Save,
  Search,
  Settings2,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';
import { goUp, openableKey, openBody } from '../document/levels.js';
import type { ViewState } from '../document/view-store.js';
import { layoutInputOf, runLayout } from '../layout/run-layout.js';
import type { EditorSession } from '../session.js';
import type { EditorCommand } from './command.js';

const always = (): boolean => true;
const isNotEmpty = ({ document }: EditorSession): boolean =>
  document.state.getState().graph.nodes.length > 0;

async function arrange(session: EditorSession): Promise<void> {
  const { graph } = session.document.state.getState();
  try {
    const positions = await runLayout(layoutInputOf(session.registry, graph));
    session.document.edit((current) => moveNodes(current, { positions }), {
      label: session.text('edit.layout'),
    });
    // The canvas has the new places after the next frame.
    requestAnimationFrame(() => session.canvas.current?.fitView());
  } catch (error) {
    session.say(session.text('notice.layoutFailed', { message: messageOf(error) }), 'error');
  }
}

function toggle(session: EditorSession, panel: ViewState['panel']): void {
  session.view.setState((state) => ({ panel: state.panel === panel ? 'none' : panel }));
}

/** Canvas, panels and what the page around the editor offers. */
export const VIEW_COMMANDS: readonly EditorCommand[] = [
  {
    id: 'addNode',
    label: 'command.addNode',
    icon: Plus,
    group: 'canvas',
    shortcut: '/',
    isEdit: true,
    isEnabled: always,
    run: ({ canvas, view }) => {
      const position = canvas.current?.viewportCenter() ?? { x: 0, y: 0 };
      view.setState({ insert: { position, screen: { x: 0, y: 0 } } });
    },
  },
  {
    id: 'layout',
    label: 'command.layout',
    icon: Network,
    group: 'canvas',
    shortcut: 'Shift+L',
    isEdit: true,
    isEnabled: isNotEmpty,
    run: arrange,
  },
  {
    id: 'fit',
    label: 'command.fit',
    icon: Maximize,
    group: 'canvas',
    shortcut: 'Shift+F',
    isEnabled: isNotEmpty,
    run: ({ canvas }) => canvas.current?.fitView(),
  },
  {
    id: 'zoomIn',
    label: 'command.zoomIn',
    icon: ZoomIn,
    group: 'canvas',
    shortcut: '+',
    aliases: ['='],
    isEnabled: always,
    run: ({ canvas }) => canvas.current?.zoomIn(),
  },
  {
    id: 'zoomOut',
    label: 'command.zoomOut',
    icon: ZoomOut,
    group: 'canvas',
    shortcut: '-',
    isEnabled: always,
    run: ({ canvas }) => canvas.current?.zoomOut(),
  },
  {
    id: 'openBody',
    label: 'command.openBody',
    icon: FolderOpen,
    group: 'canvas',
    shortcut: 'O',
    isEnabled: (session) => openableKey(session) !== undefined,
    run: (session) => {
      const key = openableKey(session);
      if (key !== undefined) openBody(session, key);
    },
  },
  {
    id: 'goUp',
    label: 'command.goUp',
    icon: CornerLeftUp,
    group: 'canvas',
    shortcut: 'U',
    isEnabled: ({ view }) => view.getState().path.length > 0,
    run: goUp,
  },
  {
    id: 'find',
    label: 'command.find',
    icon: Search,
    group: 'view',
    shortcut: 'Mod+F',
    isEnabled: isNotEmpty,
    run: ({ view }) => view.setState({ overlay: 'find' }),
  },
  {
    id: 'problems',
    label: 'command.problems',
    icon: CircleAlert,
    group: 'view',
    shortcut: 'Shift+P',
    isEnabled: always,
    run: (session) => toggle(session, 'problems'),
  },
  {
    id: 'settings',
    label: 'command.settings',
    icon: Settings2,
    group: 'view',
    shortcut: 'Shift+S',
    isEnabled: always,
    run: (session) => toggle(session, 'settings'),
  },
  {
    id: 'palette',
    label: 'command.palette',
    icon: PanelLeft,
    group: 'view',
    shortcut: 'Mod+B',
    isEdit: true,
    isEnabled: always,
    run: ({ view }) => view.setState((state) => ({ isPaletteOpen: !state.isPaletteOpen })),
  },
  {
    id: 'shortcuts',
    label: 'command.shortcuts',
    icon: Keyboard,
    group: 'view',
    shortcut: '?',
    isEnabled: always,
    run: ({ view }) => view.setState({ overlay: 'shortcuts' }),
  },
  {
    id: 'save',
    label: 'command.save',
    icon: Save,
    group: 'workflow',
    shortcut: 'Mod+S',
    isGlobal: true,
    isEdit: true,
    isEnabled: always,
    run: ({ host }) => host.save(),
  },
  {
    id: 'publish',
    label: 'command.publish',
    icon: Rocket,
    group: 'workflow',
    shortcut: 'Mod+Shift+Enter',
    isGlobal: true,
    isEdit: true,
    isEnabled: isNotEmpty,
    run: ({ host }) => host.publish(),
  },
  {
    id: 'run',
    label: 'command.run',
    icon: Play,
    group: 'workflow',
    shortcut: 'Mod+Enter',
    isGlobal: true,
    isEnabled: isNotEmpty,
    run: ({ host }) => host.run(),
  },
  {
    id: 'versions',
    label: 'command.versions',
    icon: History,
    group: 'workflow',
    isEnabled: always,
    run: ({ host }) => host.openVersions(),
  },
  {
    id: 'export',
    label: 'command.export',
    icon: Download,
    group: 'workflow',
    isEnabled: always,
    run: ({ host }) => host.exportJson(),
  },
];
