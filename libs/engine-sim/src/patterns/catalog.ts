import { BASIC } from './basic.js';
import { ENDINGS } from './endings.js';
import { REPEATS } from './repeats.js';
import { MERGES } from './merges.js';
import { draw, type Pattern, type PatternStatus } from './pattern.js';
import { STATES } from './states.js';

/** All patterns of the catalogue, by number. */
export const PATTERNS: readonly Pattern[] = [
  ...BASIC,
  ...MERGES,
  ...REPEATS,
  ...STATES,
  ...ENDINGS,
].sort((a, b) => a.id - b.id);

const INTRODUCTION = `# Workflow patterns

The 43 control-flow patterns of the Workflow Patterns Initiative (N. Russell, A. H. M. ter Hofstede, W. M. P. van der Aalst,
N. Mulyar: _Workflow Control-Flow Patterns: A Revised View_, BPM Center Report BPM-06-22, 2006), and how a graph expresses them.
This page is generated from [the patterns' own tests](../libs/engine-sim/src/patterns/): every graph below is the one that a test runs on the
engine, checking order and outcome, and the tests fail when this page says anything else. \`partial\` means that something of the
pattern's definition cannot be had; the text says what.

In the drawings, \`a → b\` is an edge from the port \`success\`, \`a:failure → b\` one from another port. Nodes without a description are jobs.`;

/** The page about patterns, as Markdown. */
export function patternsPage(): string {
  const count = (status: PatternStatus) =>
    PATTERNS.filter((pattern) => pattern.status === status).length;
  const summary = `${count('supported')} are supported, ${count('partial')} in part, ${count('not supported')} not at all.`;
  const rows = PATTERNS.map(
    ({ id, name, status }) => `| [WCP-${id}](#wcp-${id}-${anchorOf(name)}) | ${name} | ${status} |`,
  );
  const table = ['| pattern | name | status |', '| --- | --- | --- |', ...rows].join('\n');
  const sections = PATTERNS.map(
    ({ id, name, status, how, graph }) =>
      `## WCP-${id} ${name}\n\n**${status}** · ${how}\n\n\`\`\`\n${draw(graph)}\n\`\`\``,
  );
  return `${[INTRODUCTION, summary, table, ...sections].join('\n\n')}\n`;
}

/** As code hosts make it of a heading. */
function anchorOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}
