import {
  ActionIcon,
  Badge,
  Button,
  createTheme,
  Drawer,
  Menu,
  Modal,
  NumberInput,
  Paper,
  PasswordInput,
  Select,
  Tabs,
  Textarea,
  TextInput,
  Tooltip,
  type MantineColorsTuple,
} from '@mantine/core';

/** Indigo dye: the one accent colour. */
const indigo: MantineColorsTuple = [
  '#f0f0fb',
  '#dedef4',
  '#bcbce8',
  '#9797db',
  '#7877d0',
  '#6462c9',
  '#5855c4',
  '#4745ad',
  '#3d3b9a',
  '#2f2d7e',
];

const gray: MantineColorsTuple = [
  '#f8f9fb',
  '#f1f3f6',
  '#e6e9ee',
  '#d8dce3',
  '#c0c6d0',
  '#9aa2b0',
  '#737c8c',
  '#535b6a',
  '#363d4a',
  '#1d222c',
];

const dark: MantineColorsTuple = [
  '#d9dde6',
  '#b0b6c3',
  '#8f96a5',
  '#646c7c',
  '#3b4250',
  '#2b313d',
  '#21262f',
  '#181c23',
  '#12151b',
  '#0c0e13',
];

const FONT =
  '"Inter Variable", Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';
const FONT_MONO =
  'ui-monospace, "JetBrains Mono", SFMono-Regular, Menlo, Consolas, "Liberation Mono", "Noto Sans Mono CJK SC", monospace';

/** Heddle's look on top of Mantine: small radii, hairlines, one accent, quiet greys. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 6, dark: 5 },
  colors: { indigo, gray, dark },
  fontFamily: FONT,
  fontFamilyMonospace: FONT_MONO,
  defaultRadius: 6,
  cursorType: 'pointer',
  focusRing: 'auto',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.4' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
      h4: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  components: {
    Button: Button.extend({ defaultProps: { size: 'xs', fw: 500 } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Badge: Badge.extend({ defaultProps: { radius: 4, variant: 'light', tt: 'none', fw: 500 } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'xs' } }),
    PasswordInput: PasswordInput.extend({ defaultProps: { size: 'xs' } }),
    NumberInput: NumberInput.extend({ defaultProps: { size: 'xs' } }),
    Textarea: Textarea.extend({ defaultProps: { size: 'xs' } }),
    Select: Select.extend({ defaultProps: { size: 'xs' } }),
    Paper: Paper.extend({ defaultProps: { withBorder: true } }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        openDelay: 300,
        withArrow: true,
        fz: 'xs',
        events: { hover: true, focus: true, touch: false },
      },
    }),
    Menu: Menu.extend({ defaultProps: { shadow: 'md', position: 'bottom-end' } }),
    Modal: Modal.extend({
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.35 } },
    }),
    Drawer: Drawer.extend({ defaultProps: { overlayProps: { backgroundOpacity: 0.35 } } }),
    Tabs: Tabs.extend({ defaultProps: { keepMounted: false } }),
  },
});
