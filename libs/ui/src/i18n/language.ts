import { createInstance, type i18n as I18n } from 'i18next';
import { initReactI18next } from 'react-i18next';

/** Languages that every message exists in, as BCP 47 tags; the first one is the fallback. */
export const LANGUAGES = ['en', 'zh-CN'] as const;

/** A language of Studio. */
export type Language = (typeof LANGUAGES)[number];

/** How each language names itself, for the language menu. */
export const LANGUAGE_NAMES = {
  en: 'English',
  'zh-CN': '简体中文',
} as const satisfies Record<Language, string>;

const STORAGE_KEY = 'heddle.language';

/** The best language for a list of browser preferences: any `zh` is Simplified Chinese, all else English. */
export function pickLanguage(stored: string | null, preferred: readonly string[]): Language {
  const known = LANGUAGES.find((language) => language === stored);
  if (known) return known;
  for (const tag of preferred) {
    if (tag.toLowerCase().startsWith('zh')) return 'zh-CN';
    if (tag.toLowerCase().startsWith('en')) return 'en';
  }
  return 'en';
}

function readStored(): string | null {
  return typeof localStorage === 'undefined' ? null : localStorage.getItem(STORAGE_KEY);
}

/** The one i18next instance of the page. Bundles are added by `defineMessages`. */
export const i18n: I18n = createInstance();

void i18n.use(initReactI18next).init({
  lng: pickLanguage(readStored(), typeof navigator === 'undefined' ? [] : navigator.languages),
  fallbackLng: 'en',
  resources: {},
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
  initAsync: false,
  react: { useSuspense: false },
});

function reflectLanguage(language: string): void {
  if (typeof document !== 'undefined') document.documentElement.lang = language;
}
reflectLanguage(i18n.language);
i18n.on('languageChanged', reflectLanguage);

/** Switches the page to a language and remembers it in this browser. */
export function setLanguage(language: Language): void {
  localStorage.setItem(STORAGE_KEY, language);
  void i18n.changeLanguage(language);
}

/** The language in use now. */
export function currentLanguage(): Language {
  return LANGUAGES.find((language) => language === i18n.language) ?? 'en';
}
