import type { LoadedRun, RunWatcher } from '@heddle/studio-data';
import { Menu } from '@mantine/core';
import { ActionMenuItems } from './NodeActionBar.js';
import { useNodeActions } from './use-node-actions.js';

/** Where the menu of a node is open. */
export interface NodeMenuPlace {
  nodeKey: string;
  /** Pixels of the window. */
  x: number;
  y: number;
}

interface NodeMenuProps {
  snapshot: LoadedRun;
  watcher: RunWatcher;
  /** Kept after the menu closed, for the dialog that it opened. */
  place: NodeMenuPlace;
  name: string;
  isOpen: boolean;
  onRerun: (key: string) => void;
  onClose: () => void;
}

/** The menu at the pointer for a node on the run canvas: all actions of the panel. */
export function NodeMenu(props: NodeMenuProps) {
  const { place, isOpen, onClose } = props;
  const { actions, dialog } = useNodeActions({ ...props, nodeKey: place.nodeKey });
  return (
    <>
      <Menu opened={isOpen} onClose={onClose} position="right-start" width={290} withinPortal>
        <Menu.Target>
          <span style={{ position: 'fixed', left: place.x, top: place.y, width: 1, height: 1 }} />
        </Menu.Target>
        <Menu.Dropdown>
          <ActionMenuItems actions={actions} />
        </Menu.Dropdown>
      </Menu>
      {dialog}
    </>
  );
}
