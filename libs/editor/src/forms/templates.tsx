import { ActionIcon, Button, Group, Input, Stack } from '@mantine/core';
import type {
  ArrayFieldItemTemplateProps,
  ArrayFieldTemplateProps,
  FieldTemplateProps,
  ObjectFieldTemplateProps,
  TemplatesType,
} from '@rjsf/utils';
import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import { useEditorText } from '../i18n/index.js';
import type { FormContext } from './form-context.js';

/** One field below the other, without rjsf's own error list: widgets show their problems themselves. */
function FieldTemplate({ hidden, children, fieldPathId, registry, schema }: FieldTemplateProps) {
  if (hidden) return <div hidden>{children}</div>;
  const context = registry.formContext as FormContext | undefined;
  const path = fieldPathId.path.map((step) => `/${step}`).join('');
  const isOwnWidget =
    schema.type === 'object' || schema.type === 'array' || schema.format !== undefined;
  const problems = isOwnWidget ? [] : (context?.problemsAt(path) ?? []);
  return (
    <div className="h-form-field">
      {children}
      {problems.length > 0 ? <Input.Error size="xs">{problems.join(' ')}</Input.Error> : null}
    </div>
  );
}

function ObjectFieldTemplate({ properties, title, fieldPathId }: ObjectFieldTemplateProps) {
  const last = fieldPathId.path[fieldPathId.path.length - 1];
  // Neither the form itself nor an item of a list needs a title.
  const isBare = last === undefined || typeof last === 'number';
  return (
    <Stack gap="sm">
      {title && !isBare ? <Input.Label size="xs">{title}</Input.Label> : null}
      {properties.filter((property) => !property.hidden).map((property) => property.content)}
    </Stack>
  );
}

function ArrayFieldTemplate(props: ArrayFieldTemplateProps) {
  const {
    items,
    canAdd,
    onAddClick,
    title,
    schema,
    uiSchema,
    readonly,
    disabled,
    fieldPathId,
    registry,
  } = props;
  const t = useEditorText();
  const context = registry.formContext as FormContext | undefined;
  const path = fieldPathId.path.map((step) => `/${step}`).join('');
  const label: unknown = uiSchema?.['ui:title'] ?? title;
  const description: unknown = uiSchema?.['ui:description'] ?? schema.description;
  return (
    <Input.Wrapper
      size="xs"
      labelElement="div"
      label={String(label)}
      description={typeof description === 'string' ? description : undefined}
      error={context?.problemsAt(path).join(' ') || undefined}
    >
      <Stack gap="xs" mt={4}>
        {items}
        {canAdd && !readonly && !disabled ? (
          <Group>
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<Plus size={12} />}
              onClick={onAddClick}
            >
              {t('field.addItem')}
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Input.Wrapper>
  );
}

function ArrayFieldItemTemplate({ children, buttonsProps, index }: ArrayFieldItemTemplateProps) {
  const t = useEditorText();
  const {
    hasMoveUp,
    hasMoveDown,
    hasRemove,
    onMoveUpItem,
    onMoveDownItem,
    onRemoveItem,
    readonly,
  } = buttonsProps;
  return (
    <div className="h-form-item">
      <div className="h-form-item-body">{children}</div>
      {readonly ? null : (
        <div className="h-form-item-buttons">
          <ActionIcon
            size="sm"
            aria-label={`${t('field.moveUp')} ${index + 1}`}
            disabled={!hasMoveUp}
            onClick={onMoveUpItem}
          >
            <ArrowUp size={13} />
          </ActionIcon>
          <ActionIcon
            size="sm"
            aria-label={`${t('field.moveDown')} ${index + 1}`}
            disabled={!hasMoveDown}
            onClick={onMoveDownItem}
          >
            <ArrowDown size={13} />
          </ActionIcon>
          {hasRemove ? (
            <ActionIcon
              size="sm"
              aria-label={`${t('field.remove')} ${index + 1}`}
              onClick={onRemoveItem}
            >
              <Trash2 size={13} />
            </ActionIcon>
          ) : null}
        </div>
      )}
    </div>
  );
}

/** How rjsf lays its parts out on our panels. */
export const FORM_TEMPLATES: Partial<TemplatesType> = {
  FieldTemplate,
  ObjectFieldTemplate,
  ArrayFieldTemplate,
  ArrayFieldItemTemplate,
};
