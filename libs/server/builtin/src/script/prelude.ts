/**
 * Runs in the sandbox before the user's code, and keeps the functions of the language as they are at that moment: what the
 * code later does to its own world changes nothing here. An expression whose value is a function.
 */
export const PRELUDE = `(function (write, lineMax, outputMax) {
  'use strict';
  const { stringify } = JSON;
  const { apply, defineProperty } = Reflect;
  const toText = String;
  const ErrorClass = Error;
  const { slice } = String.prototype;
  const cut = (text, max) => (text.length > max ? apply(slice, text, [0, max]) : text);
  const show = (value) => {
    if (typeof value === 'string') return value;
    try {
      const isData = typeof value === 'object' && !(value instanceof ErrorClass);
      return isData ? stringify(value) : toText(value);
    } catch {
      return '(a value that cannot be shown)';
    }
  };
  const read = (value, key) => {
    try {
      return cut(toText(value[key] ?? ''), lineMax);
    } catch {
      return '';
    }
  };
  const line = (level) =>
    function (...values) {
      let text = '';
      for (let i = 0; i < values.length && text.length <= lineMax; i++)
        text += (i === 0 ? '' : ' ') + cut(show(values[i]), lineMax);
      write(level, cut(text, lineMax));
    };
  const console = {
    debug: line('debug'),
    trace: line('debug'),
    log: line('info'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
  };
  defineProperty(globalThis, 'console', { value: console, writable: true, configurable: true });
  return {
    output(value) {
      const text = stringify(value);
      if (typeof text !== 'string') return 'null';
      if (text.length > outputMax) return text.length;
      return text;
    },
    problem(error) {
      const isObject = typeof error === 'object' && error !== null;
      const message = isObject ? read(error, 'message') : '';
      return stringify({
        isNull: error === null,
        name: isObject ? read(error, 'name') : '',
        message: message === '' ? cut(show(error), lineMax) : message,
        stack: isObject ? read(error, 'stack') : '',
      });
    },
  };
})`;
