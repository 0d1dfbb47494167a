import { type ThemeProps, withTheme } from '@rjsf/core';
import { generateTemplates } from '@rjsf/mantine/lib/templates/index.js';
import CheckboxesWidget from '@rjsf/mantine/lib/widgets/CheckboxesWidget.js';
import CheckboxWidget from '@rjsf/mantine/lib/widgets/CheckboxWidget.js';
import PasswordWidget from '@rjsf/mantine/lib/widgets/PasswordWidget.js';
import RadioWidget from '@rjsf/mantine/lib/widgets/RadioWidget.js';
import RangeWidget from '@rjsf/mantine/lib/widgets/RangeWidget.js';
import SelectWidget from '@rjsf/mantine/lib/widgets/SelectWidget.js';
import TextareaWidget from '@rjsf/mantine/lib/widgets/TextareaWidget.js';
import { FORM_FIELDS } from './fields.js';
import { FORM_TEMPLATES } from './templates.js';

/**
 * The Mantine theme without its calendar widgets, which would bring a date library along: dates are the browser's own
 * date fields.
 */
const THEME: ThemeProps = {
  templates: { ...generateTemplates(), ...FORM_TEMPLATES },
  widgets: {
    CheckboxesWidget,
    CheckboxWidget,
    PasswordWidget,
    RadioWidget,
    RangeWidget,
    SelectWidget,
    TextareaWidget,
  },
  fields: FORM_FIELDS,
};

/** A form made of a JSON Schema, in Studio's look. */
export const ThemedForm = withTheme(THEME);
