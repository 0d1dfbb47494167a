import { useMemo } from 'react';
import { useEditorText } from '../i18n/index.js';
import { useSession } from '../session-context.js';
import { type PaletteEntry, paletteEntries } from './entries.js';

/** Everything that can be put on the canvas, in the current language. */
export function useEntries(): PaletteEntry[] {
  const t = useEditorText();
  const { registry, executors } = useSession();
  return useMemo(() => paletteEntries(registry, executors, t), [registry, executors, t]);
}
