import { afterAll, describe, expect, it } from 'vitest';
import type { Json } from '@heddle/kernel';
import { parseScriptInput, type ScriptLine, type ScriptOutcome } from './script-job.js';
import { ScriptPool } from './script-pool.js';

/** Threads run what is built; sources are TypeScript. */
const THREAD = new URL('../../dist/script/script-thread.js', import.meta.url);

/** For scripts that are to end by themselves, also on a machine that does a lot besides. */
const PATIENCE_MS = 60_000;

describe('a script in its sandbox', { timeout: 2 * PATIENCE_MS }, () => {
  const pool = new ScriptPool(THREAD);
  afterAll(() => pool.close());

  async function run(
    code: string,
    options: { input?: Json; timeoutMs?: number; memoryMb?: number } = {},
  ): Promise<{ outcome: ScriptOutcome | null; lines: ScriptLine[] }> {
    const lines: ScriptLine[] = [];
    const job = parseScriptInput({ code, timeoutMs: PATIENCE_MS, memoryMb: 32, ...options });
    if (typeof job === 'string') throw new Error(job);
    const outcome = await pool.run(job, (line) => lines.push(line), new AbortController().signal);
    return { outcome, lines };
  }
  const outputOf = async (code: string, input: Json = null): Promise<Json> => {
    const { outcome } = await run(code, { input });
    if (!outcome?.ok) throw new Error(JSON.stringify(outcome));
    return outcome.output;
  };
  const errorOf = async (code: string, options = {}) => {
    const { outcome } = await run(code, options);
    return outcome && !outcome.ok ? outcome.error : outcome;
  };

  it('sees its input and returns its output', async () => {
    expect(await outputOf('return input.a.map((x) => x * 2)', { a: [1, 2] })).toEqual([2, 4]);
    expect(await outputOf('const x = await Promise.resolve(5); return { x };')).toEqual({ x: 5 });
    expect(await outputOf('')).toBe(null);
    expect(await outputOf('return input', 'ä漢\0🧵')).toBe('ä漢\0🧵');
    expect(await outputOf('return [NaN, undefined, new Date(0)]')).toEqual([
      null,
      null,
      '1970-01-01T00:00:00.000Z',
    ]);
  });

  it('writes log lines with levels', async () => {
    const { lines } = await run(
      'console.log("a", { b: 1 }, [2], undefined, new Error("x")); console.warn(Symbol("s")); console.debug(1n);',
    );
    expect(lines).toEqual([
      { level: 'info', message: 'a {"b":1} [2] undefined Error: x' },
      { level: 'warn', message: 'Symbol(s)' },
      { level: 'debug', message: '1' },
    ]);
  });

  it('says where the mistake is, in the lines of the author', async () => {
    expect(await errorOf('const a = 1;\n  null.x;')).toMatchObject({
      code: 'SCRIPT_ERROR',
      message: "TypeError: cannot read property 'x' of null",
      details: { line: 2, column: 3 },
      stack: expect.stringContaining('script:2:3'),
    });
    expect(await errorOf('return (;')).toMatchObject({
      code: 'SCRIPT_ERROR',
      message: expect.stringMatching(/^SyntaxError/),
      details: { line: 1 },
      isFinal: true,
    });
    expect(await errorOf('throw "plain"')).toMatchObject({ message: 'plain' });
    expect(await errorOf('throw { code: 5 }')).toMatchObject({ message: '{"code":5}' });
    expect(await errorOf('throw undefined')).toMatchObject({ message: 'undefined' });
  });

  it.each([
    'while (true) {}',
    'for (;;) { try { while (true) {} } catch {} finally { while (true) {} } }',
    'const f = () => Promise.resolve().then(f); await f();',
    'return /^(a+)+$/.test("a".repeat(50) + "b")',
    'return new Proxy({}, { ownKeys() { while (true) {} } })',
    'return { get x() { while (true) {} } }',
    'return { toJSON() { while (true) {} } }',
    'const e = new Error(); Object.defineProperty(e, "message", { get() { while (true) {} } }); throw e;',
    '[3, 2, 1].sort(() => { while (true) {} })',
    'for (;;) console.log("x".repeat(1000))',
    // Looks at no clock: only the end of its thread ends it.
    'return Array(4e8).join("x").length',
  ])('SCRIPT_TIMEOUT: %s', async (code) => {
    expect(await errorOf(code, { timeoutMs: 50 })).toMatchObject({ code: 'SCRIPT_TIMEOUT' });
  });

  it.each([
    'const s = "x".repeat(1000); const a = []; while (true) a.push(s + a.length);',
    'return "abc".repeat(3e7)',
    'const m = new Map(); for (let i = 0; ; i++) m.set(i, { i });',
    'try { const s = "x".repeat(1000); const a = []; while (true) a.push(s + a.length) } catch (e) { throw e }',
  ])('SCRIPT_MEMORY: %s', async (code) => {
    expect(await errorOf(code, { memoryMb: 8 })).toMatchObject({
      code: 'SCRIPT_MEMORY',
      message: expect.stringContaining('more than the 8 MB'),
    });
  });

  it.each([
    ['function f() { return f() + 1 } return f()', /Maximum call stack size exceeded/],
    [`return ${'('.repeat(20_000)}1${')'.repeat(20_000)}`, /nested|stack/],
    ['return JSON.parse("[".repeat(1e5) + "]".repeat(1e5))', /nested|stack/],
    ['let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a', /nested|stack/],
    ['let a = []; for (let i = 0; i < 300; i++) a = [a]; return a', /nested more than 200 levels/],
    ['const a = {}; a.a = a; return a', /circular/],
    ['return 1n', /BigInt/],
    ['return new Uint8Array(1e10).length', /RangeError/],
    ['await new Promise(() => {})', /nothing is left to resolve/],
  ])('SCRIPT_ERROR: %s', async (code, message) => {
    expect(await errorOf(code)).toMatchObject({
      code: 'SCRIPT_ERROR',
      message: expect.stringMatching(message),
    });
  });

  it('refuses an output that is too large', async () => {
    expect(await errorOf('return "x".repeat(1_000_001)')).toMatchObject({
      code: 'OUTPUT_TOO_LARGE',
      isFinal: true,
    });
  });

  it('takes an input that is nested 500 levels, and refuses one that no stack can hold', async () => {
    const nested = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as Json;
    expect((await run('return 1', { input: nested(500) })).outcome).toEqual({
      ok: true,
      output: 1,
    });
    expect(parseScriptInput({ code: 'x', input: nested(100_000) })).toMatch(/nested too deeply/);
  });

  it.each([
    [5, /object/],
    [{}, /code/],
    [{ code: 'x'.repeat(70_000) }, /65536 characters/],
    [{ code: 'x', timeoutMs: 0 }, /timeoutMs/],
    [{ code: 'x', timeoutMs: 1e9 }, /timeoutMs/],
    [{ code: 'x', memoryMb: 'all' }, /memoryMb/],
  ])('explains a wrong input %#', (input, message) => {
    expect(parseScriptInput(input)).toMatch(message);
  });

  it('keeps a bounded number of lines, and says how many it left out', async () => {
    const { outcome, lines } = await run('for (let i = 0; i < 1e5; i++) console.log(i); return 1');
    expect(outcome).toEqual({ ok: true, output: 1 });
    expect(lines).toHaveLength(1_001);
    expect(lines.at(-1)).toEqual({ level: 'warn', message: '99000 more lines were not kept.' });
    const [long] = (await run('console.log("x".repeat(1e6), "y".repeat(1e6))')).lines;
    expect(long?.message).toHaveLength(4_000);
  });

  it('reaches nothing outside of the language', async () => {
    const outside = [
      'process', 'require', 'fetch', 'setTimeout', 'setInterval', 'WebAssembly', 'Worker', 'Buffer',
      'XMLHttpRequest', 'importScripts', 'postMessage', 'std', 'os', 'module', 'window', 'global', 'Atomics',
    ]; // prettier-ignore
    expect(
      await outputOf(`return ${JSON.stringify(outside)}.filter((name) => name in globalThis)`),
    ).toEqual([]);
    expect(await errorOf('return await import("node:fs")')).toMatchObject({ code: 'SCRIPT_ERROR' });
    expect(
      await outputOf('return (() => {}).constructor("return typeof process + typeof this")()'),
    ).toMatch(/^undefined/);
  });

  it('leaves nothing behind for the next script', async () => {
    await run(
      'globalThis.left = 1; Object.prototype.left = 1; Array.prototype.map = () => "mine"; JSON.stringify = () => "mine"; return 1',
    );
    expect(await outputOf('return [typeof left, {}.left ?? null, [1].map((x) => x)]')).toEqual([
      'undefined',
      null,
      [1],
    ]);
  });

  it.each([
    'JSON.stringify = () => "forged"; String = () => "forged"; return { a: 1 }',
    'Object.defineProperty(Object.prototype, "then", { get: () => undefined }); return { a: 1 }',
    'String.prototype.slice = () => { throw 1 }; Reflect.apply = null; console.log("x"); return { a: 1 }',
    'globalThis.console = null; return { a: 1 }',
  ])('reads the output without trusting the world it comes from: %s', async (code) => {
    expect(await outputOf(code)).toEqual({ a: 1 });
  });

  it('an output named __proto__ is data', async () => {
    const output = await outputOf('return JSON.parse(\'{"__proto__": {"polluted": 1}}\')');
    expect(Object.keys(output as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: number }).polluted).toBe(undefined);
  });

  it('ends what is canceled, and what waits for its turn', async () => {
    const job = { code: 'while (true) {}', input: 'null', timeoutMs: 60_000, memoryMb: 8 };
    const aborts = Array.from({ length: 10 }, () => new AbortController());
    const runs = aborts.map(({ signal }) => pool.run(job, () => undefined, signal));
    for (const abort of aborts.reverse()) abort.abort();
    expect(await Promise.all(runs)).toEqual(Array(10).fill(null));
    expect(await outputOf('return 1')).toBe(1);
  });

  it('goes on after every kind of end, with many at a time', async () => {
    const codes = ['return 1', 'throw 1', 'while (true) {}', 'return "x".repeat(1e9)', 'return 2'];
    const timeoutOf = (code: string): number => (code.startsWith('while') ? 50 : PATIENCE_MS);
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, i) => codes[i % codes.length]!).map((code) =>
        run(code, { timeoutMs: timeoutOf(code) }),
      ),
    );
    expect(all.map(({ outcome }) => outcome?.ok)).toEqual(
      Array.from({ length: 20 }, (_, i) => i % 5 === 0 || i % 5 === 4),
    );
  });

  it('a closed pool gives up what runs and takes nothing more', async () => {
    const other = new ScriptPool(THREAD);
    const signal = new AbortController().signal;
    const job = { code: 'while (true) {}', input: 'null', timeoutMs: 60_000, memoryMb: 8 };
    const running = other.run(job, () => undefined, signal);
    await other.close();
    expect(await running).toBe(null);
    expect(await other.run(job, () => undefined, signal)).toBe(null);
  });
});
