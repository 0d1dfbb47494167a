import { Button, Group, Stack, Text } from '@mantine/core';
import { Logo } from '@heddle/ui';
import { type ReactNode, useState } from 'react';
import { PasswordForm } from '../components/PasswordForm.js';
import { useText } from '../i18n/index.js';

/** Asks a person who came by a one-time link for a password; "later" shows the page all the same. */
export function SetPasswordGate({ children }: { children: ReactNode }) {
  const t = useText();
  const [isLater, setLater] = useState(
    () => sessionStorage.getItem('heddle.passwordLater') === 'yes',
  );
  if (isLater) return children;
  const later = (): void => {
    sessionStorage.setItem('heddle.passwordLater', 'yes');
    setLater(true);
  };
  return (
    <main className="h-sign-in">
      <section className="h-sign-in-card" aria-label={t('password.title')}>
        <Stack gap="md">
          <div>
            <Logo size={34} />
            <Text component="h1" fz={20} fw={650} mt={10} mb={2}>
              {t('password.title')}
            </Text>
            <Text size="sm" c="dimmed">
              {t('password.why')}
            </Text>
          </div>
          <PasswordForm needsCurrent={false} />
          <Group justify="center">
            <Button variant="subtle" color="gray" onClick={later}>
              {t('password.later')}
            </Button>
          </Group>
        </Stack>
      </section>
    </main>
  );
}
