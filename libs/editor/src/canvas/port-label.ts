import { useEditorText } from '../i18n/index.js';

const KNOWN = [
  'success',
  'failure',
  'always',
  'default',
  'undo',
  'approved',
  'rejected',
  'expired',
] as const;

/** The words for a port: the common ones in the current language, a decision's case by its own name. */
export function usePortLabel(): (port: { name: string; label?: string }) => string {
  const t = useEditorText();
  return ({ name, label }) => {
    const known = KNOWN.find((entry) => entry === name);
    return known ? t(`port.${known}`) : (label ?? name);
  };
}
