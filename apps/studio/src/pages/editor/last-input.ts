import type { Json } from '@heddle/kernel';

const keyOf = (workflowId: string): string => `heddle.input.${workflowId}`;

/** The input that this browser last started the workflow with. */
export function recallInput(workflowId: string): Json | undefined {
  const text = sessionStorage.getItem(keyOf(workflowId));
  return text === null ? undefined : (JSON.parse(text) as Json);
}

/** Remembers an input for the next opening of the dialog, until the tab is closed. */
export function rememberInput(workflowId: string, input: Json | undefined): void {
  if (input === undefined) sessionStorage.removeItem(keyOf(workflowId));
  else sessionStorage.setItem(keyOf(workflowId), JSON.stringify(input));
}
