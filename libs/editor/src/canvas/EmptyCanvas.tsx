import { Text } from '@mantine/core';
import { MousePointerSquareDashed, Waypoints } from 'lucide-react';
import { useEditorText } from '../i18n/index.js';

/** What to do with an empty canvas. */
export function EmptyCanvas({ isReadOnly }: { isReadOnly: boolean }) {
  const t = useEditorText();
  const Icon = isReadOnly ? Waypoints : MousePointerSquareDashed;
  return (
    <div className="h-canvas-empty">
      <div className="h-empty">
        <Icon className="h-empty-icon" size={34} strokeWidth={1.4} aria-hidden />
        <Text fw={600}>{t(isReadOnly ? 'canvas.emptyReadOnly' : 'canvas.empty')}</Text>
        {isReadOnly ? null : (
          <Text size="sm" c="dimmed" maw={340}>
            {t('canvas.emptyHint')}
          </Text>
        )}
      </div>
    </div>
  );
}
