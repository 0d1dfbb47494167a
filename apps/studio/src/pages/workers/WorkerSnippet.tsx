import { Group } from '@mantine/core';
import { CopyButton } from '@heddle/ui';

/** Environment that a worker process reads, and the shortest worker there is. */
export function workerSnippet(group: string, secret: string): string {
  const host = window.location.hostname;
  return [
    `HEDDLE_ADDRESS=${host}:8421 HEDDLE_TOKEN=${secret} node worker.js`,
    '',
    '// worker.js',
    "import { executor, worker } from '@heddle/worker-sdk';",
    '',
    "const hello = executor('hello', async (input) => ({ text: `Hello ${input.name}` }));",
    `await worker({ group: '${group}', executors: [hello] }).start();`,
  ].join('\n');
}

/** The lines to paste to start a worker, with a copy button. */
export function WorkerSnippet({ group, secret }: { group: string; secret: string }) {
  const text = workerSnippet(group, secret);
  return (
    <div className="h-snippet">
      <Group justify="flex-end" className="h-snippet-copy">
        <CopyButton value={text} />
      </Group>
      <pre className="h-mono">{text}</pre>
    </div>
  );
}
