import { Button, PasswordInput, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Me, SetPassword, useApiMutation } from '@heddle/studio-data';
import { ErrorNote } from '@heddle/ui';
import { useState } from 'react';
import { useText } from '../i18n/index.js';

const LENGTH_MIN = 10;

/** Sets or changes the caller's own password. */
export function PasswordForm({ needsCurrent }: { needsCurrent: boolean }) {
  const t = useText();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [repeat, setRepeat] = useState('');
  const set = useApiMutation(SetPassword, [Me]);
  const isShort = password.length < LENGTH_MIN;
  const isDifferent = repeat !== password;
  const submit = (): void => {
    set.mutate(
      { password, ...(needsCurrent && current ? { current } : {}) },
      {
        onSuccess: () => {
          notifications.show({ message: t('password.done') });
          [setCurrent, setPassword, setRepeat].forEach((clear) => clear(''));
        },
      },
    );
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isShort && !isDifferent) submit();
      }}
    >
      <Stack gap="sm" maw={340}>
        {needsCurrent ? (
          <PasswordInput
            label={t('password.current')}
            autoComplete="current-password"
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
        ) : null}
        <PasswordInput
          label={t('password.new')}
          description={t('password.hint')}
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={password !== '' && isShort ? t('password.short') : undefined}
          required
        />
        <PasswordInput
          label={t('password.repeat')}
          autoComplete="new-password"
          value={repeat}
          onChange={(event) => setRepeat(event.currentTarget.value)}
          error={repeat !== '' && isDifferent ? t('password.mismatch') : undefined}
          required
        />
        {set.error ? <ErrorNote error={set.error} /> : null}
        <Button type="submit" loading={set.isPending} disabled={isShort || isDifferent}>
          {t('password.set')}
        </Button>
      </Stack>
    </form>
  );
}
