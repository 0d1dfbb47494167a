import { Menu } from '@mantine/core';
import { ShortcutHint } from '@heddle/ui';
import { type MouseEvent as ReactMouseEvent, type RefObject, useMemo, useState } from 'react';
import { canRun, commandById, runCommand } from '../commands/registry.js';
import { openableKey } from '../document/levels.js';
import { select } from '../document/view-store.js';
import { useEditorText } from '../i18n/index.js';
import type { EditorSession } from '../session.js';
import { useSession } from '../session-context.js';
import type { FlowEdge, FlowNode } from './flow.js';

const ON_ELEMENT = ['copy', 'cut', 'duplicate', 'delete'] as const;
/** Only where it can be used: most nodes hold no graph. */
const ON_BODY = ['openBody', ...ON_ELEMENT] as const;
const ON_PANE = ['goUp', 'addNode', 'paste', 'selectAll', 'layout', 'fit', 'settings'] as const;

interface MenuPlace {
  x: number;
  y: number;
  commands: readonly string[];
}

type PointerLike = Pick<MouseEvent, 'clientX' | 'clientY' | 'preventDefault'>;

/** State of the context menu and the canvas events that open it. */
export function useCanvasMenu(session: EditorSession, container: RefObject<HTMLDivElement | null>) {
  const [place, setPlace] = useState<MenuPlace | null>(null);
  const handlers = useMemo(() => {
    const open = (event: PointerLike, commands: readonly string[]): void => {
      event.preventDefault();
      const box = container.current?.getBoundingClientRect();
      if (box) setPlace({ x: event.clientX - box.left, y: event.clientY - box.top, commands });
    };
    const { view } = session;
    return {
      onNodeContextMenu: (event: ReactMouseEvent, node: FlowNode) => {
        if (!view.getState().nodes.has(node.id)) select(view, [node.id]);
        open(event, openableKey(session) === undefined ? ON_ELEMENT : ON_BODY);
      },
      onEdgeContextMenu: (event: ReactMouseEvent, edge: FlowEdge) => {
        select(view, [], [edge.id]);
        open(event, ['delete']);
      },
      onSelectionContextMenu: (event: ReactMouseEvent) => open(event, ON_ELEMENT),
      onPaneContextMenu: (event: PointerLike) =>
        open(event, view.getState().path.length > 0 ? ON_PANE : ON_PANE.slice(1)),
    };
  }, [session, container]);
  return { place, close: () => setPlace(null), handlers };
}

/** The menu at the pointer; it lists commands, like every other menu. */
export function CanvasMenu({ menu }: { menu: ReturnType<typeof useCanvasMenu> }) {
  const t = useEditorText();
  const session = useSession();
  const { place, close } = menu;
  if (!place) return null;
  return (
    <Menu opened onClose={close} position="right-start" width={220} withinPortal>
      <Menu.Target>
        <span style={{ position: 'absolute', left: place.x, top: place.y, width: 1, height: 1 }} />
      </Menu.Target>
      <Menu.Dropdown>
        {place.commands.map(commandById).map((command) => (
          <Menu.Item
            key={command.id}
            leftSection={<command.icon size={14} />}
            rightSection={command.shortcut ? <ShortcutHint shortcut={command.shortcut} /> : null}
            disabled={!canRun(command, session)}
            {...(command.id === 'delete' ? { color: 'red' } : {})}
            onClick={() => {
              close();
              runCommand(command, session);
            }}
          >
            {t(command.label)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
