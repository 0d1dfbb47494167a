import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLanguage, i18n, type Language } from './language.js';

/** Values for the `{{name}}` places of a message. `count` picks the plural form. */
export type MessageValues = Record<string, string | number>;

/** Keys as callers write them: the plural suffixes `_one` and `_other` are chosen by `count`. */
export type MessageKey<M> = keyof M extends infer K
  ? K extends `${infer Base}_one` | `${infer Base}_other`
    ? Base
    : K & string
  : never;

/** Gives the text of a key in the current language. */
export type Translate<M> = (key: MessageKey<M>, values?: MessageValues) => string;

/** A family of messages, complete in every language. */
export interface Messages<M> {
  /** Re-renders when the language changes. */
  useText: () => Translate<M>;
  /** Outside React: the text in the language of this moment. */
  text: Translate<M>;
}

/**
 * Registers the messages of one package. The tables of all languages have the same keys, so a message that is
 * missing in one of them does not compile.
 */
export function defineMessages<M extends Record<string, string>>(
  namespace: string,
  tables: Record<Language, { [K in keyof M]: string }> & { en: M },
): Messages<M> {
  for (const [language, table] of Object.entries(tables)) {
    i18n.addResourceBundle(language, namespace, table, false, true);
  }
  const text: Translate<M> = (key, values) => i18n.t(key, { ns: namespace, ...values });
  return {
    text,
    useText: () => {
      const { t } = useTranslation(namespace, { i18n });
      return useMemo<Translate<M>>(() => (key, values) => t(key, values ?? {}), [t]);
    },
  };
}

/** The language in use; re-renders when it changes. */
export function useLanguage(): Language {
  useTranslation(undefined, { i18n });
  return currentLanguage();
}
