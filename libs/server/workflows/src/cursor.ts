import { BadInputError, isJsonObject } from '@heddle/kernel';

const PAGE_SIZE_MAX = 200;

/** Rows of one page: 1 to 200. @throws {BadInputError} */
export function pageSize(first: number | null | undefined, byDefault = 50): number {
  const size = first ?? byDefault;
  if (!Number.isInteger(size) || size < 1 || size > PAGE_SIZE_MAX)
    throw new BadInputError(`first must be 1 to ${PAGE_SIZE_MAX}; it is ${size}.`, {
      path: '/first',
    });
  return size;
}

/** An opaque text for the position after a row. */
export function encodeCursor(position: Record<string, string>): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws {BadInputError} for anything that {@link encodeCursor} did not make. */
export function decodeCursor<T extends Record<string, string>>(
  cursor: string,
  fields: (keyof T & string)[],
): T {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (isJsonObject(value) && fields.every((field) => typeof value[field] === 'string'))
      return value as unknown as T;
  } catch {
    // Not JSON: the refusal below says so.
  }
  throw new BadInputError('This is not a cursor of an earlier page.', { path: '/after' });
}
