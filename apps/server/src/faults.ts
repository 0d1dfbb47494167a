import { setFaultHandler } from '@heddle/kernel';

/**
 * For tests of crashes: `HEDDLE_FAULT=name:kill:n` ends this process without any cleaning up at the n-th pass of a fault
 * point. Absent in production: nothing is armed.
 */
export function armFaults(spec: string | undefined): void {
  const match = /^(.+):kill:(\d+)$/.exec(spec ?? '');
  if (!match) return;
  let left = Number(match[2]);
  setFaultHandler((name) => {
    if (name === match[1] && --left <= 0) process.kill(process.pid, 'SIGKILL');
  });
}
