import { Kind, type ValueNode } from 'graphql';
import { Scalar, type CustomScalar } from '@nestjs/graphql';
import { BadInputError, type Json } from '@heddle/kernel';

/** Depth of JSON written inside a query; as a variable it may be deeper. */
const LITERAL_DEPTH_MAX = 100;

@Scalar('JSON')
export class JsonScalar implements CustomScalar<Json, Json> {
  // Nest replaces the description of the schema file by this one.
  description = 'Any JSON value.';

  parseValue(value: unknown): Json {
    return value as Json;
  }

  serialize(value: unknown): Json {
    return value as Json;
  }

  parseLiteral(node: ValueNode): Json {
    return literal(node, 0);
  }
}

function literal(node: ValueNode, depth: number): Json {
  if (depth > LITERAL_DEPTH_MAX)
    throw new BadInputError('This JSON is nested too deeply; pass it as a variable.');
  switch (node.kind) {
    case Kind.NULL:
      return null;
    case Kind.BOOLEAN:
    case Kind.STRING:
    case Kind.ENUM:
      return node.value;
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.LIST:
      return node.values.map((value) => literal(value, depth + 1));
    case Kind.OBJECT:
      return Object.fromEntries(
        node.fields.map((field) => [field.name.value, literal(field.value, depth + 1)]),
      );
    case Kind.VARIABLE:
      throw new BadInputError(
        `Variable $${node.name.value} cannot stand inside a JSON literal; pass the whole value as a variable.`,
      );
  }
}

@Scalar('DateTime')
export class DateTimeScalar implements CustomScalar<string, Date> {
  description = 'An instant, ISO 8601 in UTC with milliseconds.';

  parseValue(value: unknown): Date {
    const date =
      typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value) : null;
    if (!date || Number.isNaN(date.getTime()))
      throw new BadInputError(
        `${JSON.stringify(value)?.slice(0, 60)} is not an instant; write it as 2026-01-31T12:00:00Z.`,
      );
    return date;
  }

  serialize(value: unknown): string {
    return value instanceof Date ? value.toISOString() : String(value);
  }

  parseLiteral(node: ValueNode): Date {
    return this.parseValue(node.kind === Kind.STRING ? node.value : null);
  }
}
