import type { Finding, Rule } from '../finding.js';

/** Other products' words for our things, and our word. */
const SYNONYMS: Readonly<Record<string, string>> = {
  instance: 'run or worker',
  instances: 'runs or workers',
  execution: 'run',
  executions: 'runs',
  flow: 'workflow',
  flows: 'workflows',
  dag: 'graph',
  dags: 'graphs',
};

/** Gateways and importers speak the other side's language; the canvas library is called React Flow. */
const EXEMPT = /(^libs\/server\/gateways\/|\/importers\/|\/generated\/|\.(spec|e2e)\.tsx?$)/;
const DECLARED =
  /^\s*(?:(?:export|default|declare|abstract|async)\s+)*(?:const|let|function|class|interface|type|enum)\s+([A-Za-z_]\w*)(?!\w|\s*,)/g;
/** Where the canvas library is spoken to, its `flow` is its own word. */
const SPEAKS_TO_CANVAS = /@xyflow\/react|\/flow\.js'/;
const GRAPHQL_NAME = /^\s*(?:type|enum|input|scalar)?\s*([A-Za-z_]\w*)\s*[({:]/g;

/** Names use the words of the vocabulary and no others. */
export const words: Rule = {
  name: 'words',
  check: (repository) => [
    ...repository
      .matching(/^(apps|libs|tools)\/.*\.(ts|tsx|mjs)$/)
      .filter((path) => !EXEMPT.test(path))
      .flatMap((path) => {
        const found = namesIn(path, repository.lines(path), DECLARED);
        const isCanvas = SPEAKS_TO_CANVAS.test(repository.text(path));
        return isCanvas ? found.filter(({ message }) => !message.includes('"flow"')) : found;
      }),
    ...namesIn('schema.graphql', repository.lines('schema.graphql'), GRAPHQL_NAME),
  ],
};

function namesIn(path: string, lines: string[], pattern: RegExp): Finding[] {
  return lines.flatMap((line, index) =>
    [...line.matchAll(pattern)].flatMap(([, name = '']) => {
      const part = partsOf(name).find((word) => Object.hasOwn(SYNONYMS, word));
      if (!part || /ReactFlow/.test(name)) return [];
      return [
        {
          path,
          line: index + 1,
          message: `"${name}" says "${part}"; the word here is ${SYNONYMS[part]}.`,
        },
      ];
    }),
  );
}

/** `taskInstance_id` as `task`, `instance`, `id`. */
function partsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[\s_]+/);
}
