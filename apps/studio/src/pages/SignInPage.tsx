import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import {
  Me,
  queryKey,
  SignIn,
  SignInWithLink,
  useApiMutation,
  useLive,
  LiveClient,
} from '@heddle/studio-data';
import { ErrorNote, LanguageToggle, LoadingState, Logo, ThemeToggle } from '@heddle/ui';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { KeyRound } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useText } from '../i18n/index.js';
import { signInRoute } from '../router.js';
import { useMe } from '../session.js';

/** After a sign-in: forget what the stranger saw, open the channel with the new cookie, go where the person wanted. */
function useArrive(): () => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  const live = useLive();
  const { redirect } = signInRoute.useSearch();
  return () => {
    if (live instanceof LiveClient) live.reconnect();
    void client
      .invalidateQueries({ queryKey: queryKey(Me) })
      .then(() => navigate({ to: redirect ?? '/', replace: true }));
  };
}

function Card({ children }: { children: ReactNode }) {
  const t = useText();
  return (
    <main className="h-sign-in">
      <div className="h-corner">
        <ThemeToggle />
        <LanguageToggle />
      </div>
      <section className="h-sign-in-card" aria-label={t('signIn.title')}>
        <Stack gap="md">
          <div>
            <Logo size={34} />
            <Text component="h1" fz={20} fw={650} mt={10} mb={2}>
              {t('signIn.title')}
            </Text>
            <Text size="sm" c="dimmed">
              {t('signIn.tagline')}
            </Text>
          </div>
          {children}
        </Stack>
      </section>
    </main>
  );
}

function LinkSignIn({ token }: { token: string }) {
  const t = useText();
  const arrive = useArrive();
  const navigate = useNavigate();
  const { mutate, error } = useApiMutation(SignInWithLink);
  const isSent = useRef(false);
  useEffect(() => {
    // A token works once, and effects run twice in development.
    if (isSent.current) return;
    isSent.current = true;
    mutate({ token }, { onSuccess: arrive });
  }, [token, mutate, arrive]);
  if (!error) return <LoadingState label={t('signIn.link')} />;
  return (
    <>
      <ErrorNote error={{ code: t('signIn.linkFailed'), message: error.message }} />
      <Text size="sm" c="dimmed">
        {t('signIn.linkHint')}
      </Text>
      <Button variant="default" onClick={() => void navigate({ to: '/sign-in' })}>
        {t('signIn.toForm')}
      </Button>
    </>
  );
}

function PasswordSignIn() {
  const t = useText();
  const arrive = useArrive();
  const me = useMe();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useApiMutation(SignIn);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate({ email, password }, { onSuccess: arrive });
      }}
    >
      <Stack gap="sm">
        {me.data?.setup.needsFirstSignIn ? (
          <Alert icon={<KeyRound size={16} />} p="xs">
            {t('signIn.first')}
          </Alert>
        ) : null}
        <TextInput
          size="sm"
          type="email"
          autoComplete="username"
          label={t('signIn.email')}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          required
          autoFocus
        />
        <PasswordInput
          size="sm"
          autoComplete="current-password"
          label={t('signIn.password')}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          required
        />
        {signIn.error ? <ErrorNote error={signIn.error} /> : null}
        <Button size="sm" type="submit" loading={signIn.isPending}>
          {t('signIn.submit')}
        </Button>
      </Stack>
    </form>
  );
}

/** One-time link or e-mail and password. */
export function SignInPage() {
  const { token } = signInRoute.useSearch();
  return <Card>{token ? <LinkSignIn token={token} /> : <PasswordSignIn />}</Card>;
}
