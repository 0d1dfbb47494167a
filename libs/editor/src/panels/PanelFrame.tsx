import { ActionIcon, Text } from '@mantine/core';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useEditorText } from '../i18n/index.js';

interface PanelFrameProps {
  title: ReactNode;
  icon?: ReactNode;
  actions?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

/** The right-hand column: a title, a close button, and a body that scrolls. */
export function PanelFrame({ title, icon, actions, onClose, children }: PanelFrameProps) {
  const t = useEditorText();
  return (
    <aside className="h-panel" aria-label={typeof title === 'string' ? title : undefined}>
      <div className="h-panel-head">
        {icon}
        <Text fw={600} size="sm" truncate style={{ flex: 1 }} component="h2" m={0}>
          {title}
        </Text>
        {actions}
        <ActionIcon aria-label={t('panel.close')} onClick={onClose}>
          <X size={16} />
        </ActionIcon>
      </div>
      <div className="h-panel-body">{children}</div>
    </aside>
  );
}
