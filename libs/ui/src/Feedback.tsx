import { Alert, Button, Group, Loader, Text } from '@mantine/core';
import { CircleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { uiMessages } from './i18n/index.js';
import { en } from './i18n/en.js';

interface EmptyStateProps {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  /** Buttons that lead out of the emptiness. */
  action?: ReactNode;
}

/** Shown instead of an empty list: what would stand here, and how to get it. */
export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="h-empty">
      <Icon className="h-empty-icon" size={30} strokeWidth={1.5} aria-hidden />
      <Text fw={600}>{title}</Text>
      {children ? (
        <Text size="sm" c="dimmed" maw={460} component="div">
          {children}
        </Text>
      ) : null}
      {action ? <Group justify="center">{action}</Group> : null}
    </div>
  );
}

/** What is known of a failure: a stable code and the sentence of whoever refused. */
export interface ShownError {
  code: string;
  message: string;
}

/** The explanation of an error code in the current language; undefined for a code this page does not know. */
export function useErrorText(): (code: string) => string | undefined {
  const t = uiMessages.useText();
  return (code) => {
    const key = `error.${code}`;
    return key in en ? t(key as 'error.NETWORK') : undefined;
  };
}

/** Code, explanation, the server's own sentence, and a way to try again. */
export function ErrorState({ error, onRetry }: { error: ShownError; onRetry?: () => void }) {
  const t = uiMessages.useText();
  const explain = useErrorText();
  return (
    <div className="h-empty" role="alert">
      <CircleAlert size={30} strokeWidth={1.5} color="var(--h-state-failed)" aria-hidden />
      <Text fw={600}>{explain(error.code) ?? t('error.title')}</Text>
      <Text size="sm" c="dimmed" maw={520}>
        {error.message}
      </Text>
      <Text className="h-mono" c="dimmed">
        {t('error.code')}: {error.code}
      </Text>
      {onRetry ? (
        <Button variant="default" onClick={onRetry}>
          {t('error.retry')}
        </Button>
      ) : null}
    </div>
  );
}

/** The same facts in the height of a few lines, for panels and dialogs. */
export function ErrorNote({ error }: { error: ShownError }) {
  const explain = useErrorText();
  return (
    <Alert color="red" variant="light" icon={<CircleAlert size={16} />} role="alert" p="xs">
      <Text size="sm" fw={500}>
        {explain(error.code) ?? error.code}
      </Text>
      <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
        {error.message}
      </Text>
    </Alert>
  );
}

/** Shown while the first data is on its way. */
export function LoadingState({ label }: { label?: string }) {
  const t = uiMessages.useText();
  return (
    <div className="h-empty" role="status" aria-live="polite">
      <Loader size="sm" />
      <Text size="sm" c="dimmed">
        {label ?? t('loading')}
      </Text>
    </div>
  );
}
