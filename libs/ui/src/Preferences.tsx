import { ActionIcon, Menu, Tooltip, useMantineColorScheme } from '@mantine/core';
import { Check, Languages, Monitor, Moon, Sun } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { i18n, LANGUAGE_NAMES, LANGUAGES, setLanguage, uiMessages } from './i18n/public.js';

const SCHEMES = [
  { value: 'light', icon: Sun },
  { value: 'dark', icon: Moon },
  { value: 'auto', icon: Monitor },
] as const;

/** Menu with light, dark and "as the system"; the choice is kept in this browser. */
export function ThemeToggle() {
  const t = uiMessages.useText();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Current = SCHEMES.find((scheme) => scheme.value === colorScheme)?.icon ?? Monitor;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label={t('theme.label')}>
          <ActionIcon aria-label={t('theme.label')}>
            <Current size={16} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {SCHEMES.map(({ value, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={14} />}
            rightSection={colorScheme === value ? <Check size={14} /> : null}
            onClick={() => setColorScheme(value)}
          >
            {t(`theme.${value}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Menu of the languages by their own names. */
export function LanguageToggle() {
  const t = uiMessages.useText();
  const { i18n: current } = useTranslation(undefined, { i18n });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label={t('language.label')}>
          <ActionIcon aria-label={t('language.label')}>
            <Languages size={16} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {LANGUAGES.map((language) => (
          <Menu.Item
            key={language}
            lang={language}
            rightSection={current.language === language ? <Check size={14} /> : null}
            onClick={() => setLanguage(language)}
          >
            {LANGUAGE_NAMES[language]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
