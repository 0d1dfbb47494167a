import type { GraphNode } from '@heddle/graph';
import type { Problem } from '@heddle/kernel';
import { LoadingState, useLanguage } from '@heddle/ui';
import { Text } from '@mantine/core';
import { lazy, Suspense, useMemo } from 'react';
import { HTTP_CODE_SCOPE, nodeScope } from '../code/scope.js';
import { openBody } from '../document/levels.js';
import type { FormContext } from '../forms/form-context.js';
import { nodeFieldText } from '../forms/node-form-text.js';
import { buildUiSchema } from '../forms/ui-schema.js';
import { useEditorText } from '../i18n/index.js';
import { useDocument, useSession } from '../session-context.js';
import type { ChangeNode } from './NodePanel.js';
import { problemsAt } from './problem-paths.js';

// Forms bring a large library along; it is loaded with the first node that is opened.
const SchemaForm = lazy(() =>
  import('../forms/SchemaForm.js').then((module) => ({ default: module.SchemaForm })),
);

interface NodeConfigFormProps {
  node: GraphNode;
  problems: readonly Problem[];
  change: ChangeNode;
}

/** The form of a node's config, generated from its type's schema. */
export function NodeConfigForm({ node, problems, change }: NodeConfigFormProps) {
  const t = useEditorText();
  const session = useSession();
  const { registry, executors, workflows, host, isReadOnly } = session;
  const graph = useDocument((state) => state.graph);
  const type = registry[node.type];
  const language = useLanguage();
  const uiSchema = useMemo(
    () => (type ? buildUiSchema(type.configSchema, nodeFieldText(type.type, language)) : {}),
    [type, language],
  );
  if (!type) return <Text size="sm">{t('panel.unknownType', { type: node.type })}</Text>;
  const scope = nodeScope(graph, node.key);
  const setConfig = (config: GraphNode['config'], field: string): void =>
    change({ config }, t('edit.config'), field);
  const context: FormContext = {
    scopeAt: (path) => {
      if (node.type === 'http' && path === '/successWhen') return HTTP_CODE_SCOPE;
      const shape = type.scopes?.[path.split('/')[1] ?? ''];
      return shape ? { ...scope, shape } : scope;
    },
    titleAt: (path) => nodeFieldText(type.type, language)(path).title,
    executors,
    workflows,
    openWorkflow: (id) => host.openWorkflow(id),
    openBody: () => openBody(session, node.key),
    config: node.config,
    problemsAt: problemsAt(problems, '/config'),
    setFields: (changes) => setConfig({ ...node.config, ...changes }, 'config'),
    t,
  };
  return (
    <Suspense fallback={<LoadingState />}>
      <SchemaForm
        schema={type.configSchema}
        uiSchema={uiSchema}
        value={node.config}
        onChange={(config) => setConfig(config, 'config')}
        context={context}
        isReadOnly={isReadOnly}
      />
    </Suspense>
  );
}
