import { Button } from '@mantine/core';
import { EmptyState } from '@heddle/ui';
import { Boxes } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../i18n/index.js';
import { CreateNamespaceDialog } from './CreateNamespaceDialog.js';

/** Shown to a person who is a member of nothing. */
export function NoNamespace() {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <main>
      <EmptyState
        icon={Boxes}
        title={t('ns.none')}
        action={<Button onClick={() => setOpen(true)}>{t('ns.create')}</Button>}
      >
        {t('ns.noneHint')}
      </EmptyState>
      <CreateNamespaceDialog isOpen={isOpen} onClose={() => setOpen(false)} />
    </main>
  );
}
