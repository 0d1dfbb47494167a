import { Alert, Group, Text } from '@mantine/core';
import { CopyButton } from '@heddle/ui';
import { KeyRound } from 'lucide-react';
import { useText } from '../i18n/index.js';

/** A secret that is shown this once, with a copy button. */
export function SecretField({ secret }: { secret: string }) {
  const t = useText();
  return (
    <Alert icon={<KeyRound size={16} />} p="xs" color="yellow">
      <Text size="xs">{t('workers.tokenOnce')}</Text>
      <Group gap="xs" wrap="nowrap">
        <code className="h-mono" style={{ overflowWrap: 'anywhere' }} data-testid="secret">
          {secret}
        </code>
        <CopyButton value={secret} />
      </Group>
    </Alert>
  );
}
