import { MantineProvider } from '@mantine/core';
import '@mantine/core/styles.css';
import type { ReactNode } from 'react';
import { I18nextProvider } from 'react-i18next';
import { i18n } from './i18n/language.js';
import './theme.css';
import { theme } from './theme.js';

/** Theme and language for everything below it. The colour scheme follows the system until a person chooses. */
export function UiProvider({ children }: { children: ReactNode }) {
  return (
    <I18nextProvider i18n={i18n}>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        {children}
      </MantineProvider>
    </I18nextProvider>
  );
}
