import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { NotFoundError } from '@heddle/kernel';
import { publicErrors } from './graphql-errors.js';

describe('publicErrors', () => {
  it.each([
    ['a refusal', new NotFoundError('run', '1'), 'NOT_FOUND', 0],
    ['a database that restarts', withCode('57P01'), 'UNAVAILABLE', 0],
    ['a connection that is gone', withCode('ECONNREFUSED'), 'UNAVAILABLE', 0],
    ['a full disk', withCode('53100'), 'UNAVAILABLE', 0],
    ['a null character', withCode('22021'), 'BAD_INPUT', 0],
    ['a bug', withCode('42601'), 'INTERNAL', 1],
    ['another bug', new TypeError('x is not a function'), 'INTERNAL', 1],
  ])('%s', (_what, originalError, code, reports) => {
    const reported: Error[] = [];
    const [error] = publicErrors(new GraphQLError('raw text', { originalError }), (bug) =>
      reported.push(bug),
    );
    expect(error!.extensions['code']).toBe(code);
    expect(error!.message).not.toMatch(/raw text|secret|is not a function/);
    expect(reported).toHaveLength(reports);
  });
});

function withCode(code: string): Error {
  return Object.assign(new Error('secret text of the database'), { code });
}
