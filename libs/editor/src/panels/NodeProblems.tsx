import type { Problem } from '@heddle/kernel';
import { CircleAlert, TriangleAlert } from 'lucide-react';

/** Problems of the selected thing, each with its place. */
export function NodeProblems({ problems }: { problems: readonly Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul className="h-problems">
      {problems.map((problem, index) => {
        const Icon = problem.severity === 'error' ? CircleAlert : TriangleAlert;
        return (
          <li key={index} data-severity={problem.severity}>
            <Icon size={14} aria-hidden />
            <span>
              {problem.path ? <code>{problem.path.replace(/^\/config/, '') || '/'}</code> : null}{' '}
              {problem.message}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
