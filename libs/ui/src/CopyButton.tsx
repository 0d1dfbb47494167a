import { ActionIcon, Tooltip } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { uiMessages } from './i18n/index.js';

const SHOW_DONE_MS = 1_200;

/**
 * Writes text to the system clipboard. Falls back to a selection, because `navigator.clipboard` is absent on plain
 * http addresses other than localhost.
 */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

interface CopyButtonProps {
  /** The text, or a function that makes it when the button is pressed. */
  value: string | (() => string);
  label?: string;
}

/** Copies `value` and says so for a moment. */
export function CopyButton({ value, label }: CopyButtonProps) {
  const t = uiMessages.useText();
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return;
    const timer = setTimeout(() => setDone(false), SHOW_DONE_MS);
    return () => clearTimeout(timer);
  }, [isDone]);
  const name = isDone ? t('copied') : (label ?? t('copy'));
  return (
    <Tooltip label={name}>
      <ActionIcon
        size="sm"
        aria-label={name}
        onClick={() => {
          void copyText(typeof value === 'string' ? value : value()).then(() => setDone(true));
        }}
      >
        {isDone ? <Check size={14} /> : <Copy size={14} />}
      </ActionIcon>
    </Tooltip>
  );
}
