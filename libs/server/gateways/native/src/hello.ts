import { BadInputError, HeddleError, isJsonObject, messageOf } from '@heddle/kernel';
import { WORKER_PROTOCOL_VERSION, type WireExecutor, type WireHello } from '@heddle/protocol';
import type { WorkerIdentity } from '@heddle/server-access';
import type { WorkerHello } from '@heddle/server-dispatch';
import { checkBatch, decodeRef, parseJson } from './decode.js';

/** Bounds of what a worker may say of itself. */
const HELLO_LIMITS = {
  slotsMax: 10_000,
  executorsMax: 500,
  labelsMax: 64,
  labelKeyLengthMax: 64,
  labelValueLengthMax: 256,
  nameLengthMax: 200,
  descriptionLengthMax: 2_000,
  inputSchemaBytesMax: 65_536,
} as const;

const EXECUTOR_NAME = /^[A-Za-z_][A-Za-z0-9_.:/-]{0,127}$/;

/**
 * Checks a hello against the bounds and against the token that the worker showed.
 * @throws {HeddleError} `BAD_INPUT`, `FORBIDDEN` for another group than the token's, `ILLEGAL_ACTION` for another protocol version.
 */
export function checkHello(hello: WireHello, identity: WorkerIdentity): WorkerHello {
  if (hello.protocolVersion !== WORKER_PROTOCOL_VERSION)
    throw new HeddleError(
      'ILLEGAL_ACTION',
      `This worker speaks protocol version ${hello.protocolVersion}, the server ${WORKER_PROTOCOL_VERSION}: use an SDK that matches the server.`,
    );
  if (hello.group !== identity.group)
    throw new HeddleError(
      'FORBIDDEN',
      `This token is for the worker group "${identity.group}", but the worker is in "${hello.group.slice(0, 100)}": use its group's token.`,
    );
  checkSlots(hello.slots);
  return {
    namespaceId: identity.namespaceId,
    tokenId: identity.tokenId,
    group: identity.group,
    name: checkText('name', hello.name),
    processId: checkText('process_id', hello.processId),
    executors: checkExecutors(hello.executors),
    slots: hello.slots,
    labels: checkLabels(hello.labels),
    sdk: checkText('sdk', hello.sdk),
    running: checkBatch('running tasks', hello.running).map(decodeRef),
  };
}

function checkSlots(slots: number): void {
  if (slots < 1 || slots > HELLO_LIMITS.slotsMax)
    throw new BadInputError(`slots is ${slots}; it must be from 1 to ${HELLO_LIMITS.slotsMax}.`);
}

function checkText(field: string, text: string): string {
  if (text.length >= 1 && text.length <= HELLO_LIMITS.nameLengthMax && !text.includes('\0'))
    return text;
  throw new BadInputError(
    `${field} has ${text.length} characters; it must have from 1 to ${HELLO_LIMITS.nameLengthMax}, none of them the character 0.`,
  );
}

function checkExecutors(executors: WireExecutor[]): WorkerHello['executors'] {
  if (executors.length < 1 || executors.length > HELLO_LIMITS.executorsMax)
    throw new BadInputError(
      `The worker offers ${executors.length} executors; it must offer from 1 to ${HELLO_LIMITS.executorsMax}.`,
    );
  const names = new Set<string>();
  return executors.map((executor) => {
    if (names.has(executor.name))
      throw new BadInputError(`The executor "${executor.name}" is offered twice.`);
    names.add(executor.name);
    return checkExecutor(executor);
  });
}

function checkExecutor({
  name,
  description,
  inputSchema,
}: WireExecutor): WorkerHello['executors'][number] {
  if (!EXECUTOR_NAME.test(name))
    throw new BadInputError(
      `"${name.slice(0, 140)}" is no executor name: it begins with a letter, goes on with letters, digits and _ . : / -, and has at most 128 characters.`,
    );
  if (description.length > HELLO_LIMITS.descriptionLengthMax)
    throw new BadInputError(
      `The description of executor ${name} has ${description.length} characters; at most ${HELLO_LIMITS.descriptionLengthMax} are allowed.`,
    );
  if (inputSchema.length > HELLO_LIMITS.inputSchemaBytesMax)
    throw new BadInputError(
      `The input schema of executor ${name} has ${inputSchema.length} bytes; at most ${HELLO_LIMITS.inputSchemaBytesMax} are allowed.`,
    );
  const schema = readSchema(name, inputSchema);
  return { name, description: description.replaceAll('\0', '\uFFFD'), inputSchema: schema };
}

function readSchema(
  name: string,
  bytes: Uint8Array,
): WorkerHello['executors'][number]['inputSchema'] {
  let schema;
  try {
    schema = parseJson('input_schema', bytes);
  } catch (error) {
    throw new BadInputError(`Executor ${name}: ${messageOf(error)}`);
  }
  if (schema === undefined) return null;
  if (isJsonObject(schema)) return schema;
  throw new BadInputError(`The input schema of executor ${name} must be a JSON object.`);
}

function checkLabels(labels: Record<string, string>): Record<string, string> {
  const entries = Object.entries(labels);
  const { labelsMax, labelKeyLengthMax, labelValueLengthMax } = HELLO_LIMITS;
  if (entries.length > labelsMax)
    throw new BadInputError(
      `The worker has ${entries.length} labels; at most ${labelsMax} are allowed.`,
    );
  for (const [key, value] of entries)
    if (
      !key ||
      key.length > labelKeyLengthMax ||
      value.length > labelValueLengthMax ||
      `${key}${value}`.includes('\0')
    )
      throw new BadInputError(
        `The label "${key.slice(0, labelKeyLengthMax)}" is too long or empty: a key has 1 to ${labelKeyLengthMax} characters, a value at most ${labelValueLengthMax}.`,
      );
  return labels;
}
