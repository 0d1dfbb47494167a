import type { Problem } from '@heddle/kernel';
import type { StoredVersion, WorkflowEntity } from '@heddle/store';

/** GraphQL `Problem`. */
export function toProblem(problem: Problem) {
  const { range, ...rest } = problem;
  return { ...rest, rangeStart: range?.start ?? null, rangeEnd: range?.end ?? null };
}

/** GraphQL `Workflow`; the fields that need more reading are resolved when they are asked for. */
export function toWorkflow(workflow: WorkflowEntity) {
  return {
    ...workflow,
    isArchived: workflow.archivedAt !== null,
  };
}

/** GraphQL `WorkflowVersion`. */
export function toVersion(version: StoredVersion, publishedVersion: number | null) {
  return { ...version, isPublished: version.number === publishedVersion };
}

/** A workflow as GraphQL shows it; lists and versions are resolved on demand. */
export type WorkflowDto = ReturnType<typeof toWorkflow>;
