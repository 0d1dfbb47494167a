import { fileURLToPath } from 'node:url';
import { Repository } from './repository.js';
import { RULES } from './rules/index.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

const isFixing = process.argv.includes('--fix');
const repository = new Repository(ROOT);
if (isFixing) for (const rule of RULES) rule.fix?.(repository);
const findings = RULES.flatMap((rule) =>
  rule.check(repository).map((finding) => ({ rule: rule.name, ...finding })),
);
for (const { rule, path, line, message } of findings)
  console.error(`${path}${line ? `:${line}` : ''}  ${rule}: ${message}`);
console.log(
  findings.length === 0
    ? `Tidy: ${RULES.length} rules, nothing to say.`
    : `Tidy: ${findings.length} findings.`,
);
process.exitCode = findings.length === 0 ? 0 : 1;
