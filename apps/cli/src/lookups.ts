import { isJsonObject, type Json } from '@heddle/kernel';
import type { Session } from './settings.js';
import { UsageError } from './exit.js';
import { ApiError } from '@heddle/api-client';

const ID = /^[1-9]\d*$/;

/** A workflow as the commands need it. */
export interface FoundWorkflow {
  id: string;
  name: string;
  publishedVersion: number | null;
}

/**
 * A workflow by id, or by its exact name in the namespace.
 * @throws {ApiError} `NOT_FOUND` naming what there is instead.
 */
export async function findWorkflow(session: Session, idOrName: string): Promise<FoundWorkflow> {
  const byName = `query ($namespace: String!, $search: String) {
    workflows(namespace: $namespace, search: $search, first: 100) { nodes { id name publishedVersion } } }`;
  const { workflows } = await session.api.request<{ workflows: { nodes: FoundWorkflow[] } }>(
    byName,
    {
      namespace: session.namespace,
      search: ID.test(idOrName) ? null : idOrName,
    },
  );
  const found = workflows.nodes.find(({ id, name }) => name === idOrName || id === idOrName);
  if (found) return found;
  if (ID.test(idOrName)) {
    const byId = 'query ($id: ID!) { workflow(id: $id) { id name publishedVersion } }';
    const { workflow } = await session.api.request<{ workflow: FoundWorkflow | null }>(byId, {
      id: idOrName,
    });
    if (workflow) return workflow;
  }
  const near = workflows.nodes.map(({ name }) => name).slice(0, 5);
  const hint = near.length > 0 ? ` There are ${near.join(', ')}.` : '';
  throw new ApiError(
    'NOT_FOUND',
    `There is no workflow "${idOrName}" in the namespace "${session.namespace}".${hint}`,
  );
}

/** A JSON value from the command line: JSON text, `@file`, or `-` for standard input. */
export async function readJson(
  what: string,
  text: string,
  read: (path: string) => Promise<string>,
): Promise<Json> {
  const source = text.startsWith('@')
    ? await read(text.slice(1))
    : text === '-'
      ? await read('/dev/stdin')
      : text;
  try {
    return JSON.parse(source) as Json;
  } catch (error) {
    throw new UsageError(
      `${what} is no JSON: ${(error as Error).message}. Put it in single quotes, or use @file.`,
    );
  }
}

/** A field of a JSON object, or null. */
export function fieldOf(value: Json, name: string): Json {
  return isJsonObject(value) ? (value[name] ?? null) : null;
}
