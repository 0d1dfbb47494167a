#!/usr/bin/env node
import { buildProgram } from './program.js';
import { EXIT, exitCodeOf, sentenceOf } from './exit.js';

try {
  await buildProgram().parseAsync(process.argv);
} catch (error) {
  const code = exitCodeOf(error);
  if (code !== EXIT.ok) process.stderr.write(`${sentenceOf(error)}\n`);
  process.exitCode = code;
}
