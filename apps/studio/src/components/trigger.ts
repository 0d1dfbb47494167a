import { useText } from '../i18n/index.js';

/** How a run began, in words: by hand, by the API, as a re-run or as a child run, and by whom. */
export function useTriggerText(): (trigger: { kind: string; actor: string }) => string {
  const t = useText();
  return ({ kind, actor }) => {
    const known = (['manual', 'api', 'rerun', 'parent'] as const).find((name) => name === kind);
    const words = known ? t(`trigger.${known}`) : kind;
    return actor ? t('trigger.by', { kind: words, actor }) : words;
  };
}
