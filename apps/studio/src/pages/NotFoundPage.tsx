import { Button } from '@mantine/core';
import { messageOf } from '@heddle/kernel';
import { EmptyState, ErrorState } from '@heddle/ui';
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { useText } from '../i18n/index.js';

/** Any address that no route knows. */
export function NotFoundPage() {
  const t = useText();
  return (
    <EmptyState
      icon={Compass}
      title={t('notFound.title')}
      action={
        <Button component={Link} to="/" variant="default">
          {t('notFound.back')}
        </Button>
      }
    />
  );
}

/** Shown instead of a page whose code threw. */
export function CrashPage({ error }: ErrorComponentProps) {
  const t = useText();
  return (
    <ErrorState
      error={{ code: t('crash.title'), message: messageOf(error) }}
      onRetry={() => window.location.reload()}
    />
  );
}
