import type { Problem } from '@heddle/kernel';
import { indexOf } from '@heddle/graph';
import { Text, UnstyledButton } from '@mantine/core';
import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import { select } from '../document/view-store.js';
import { useEditorText } from '../i18n/index.js';
import type { EditorSession } from '../session.js';
import { useDocument, useSession } from '../session-context.js';
import { PanelFrame } from './PanelFrame.js';

/** Shows the place of a problem: selects its node or edge and brings it into view. */
export function jumpToProblem(session: EditorSession, problem: Problem): void {
  const index = indexOf(session.document.state.getState().graph);
  const edge = problem.edgeId === undefined ? undefined : index.edges.get(problem.edgeId);
  if (problem.nodeKey !== undefined && index.nodes.has(problem.nodeKey)) {
    session.view.setState({ panel: 'none' });
    select(session.view, [problem.nodeKey]);
    session.canvas.current?.centerNode(problem.nodeKey);
  } else if (edge) {
    session.view.setState({ panel: 'none' });
    select(session.view, [], [edge.id]);
    session.canvas.current?.centerNode(edge.source);
  } else if (/^\/(settings|inputSchema)/.test(problem.path ?? '')) {
    session.view.setState({ panel: 'settings' });
  }
}

/** All problems of the draft; each leads to its place. */
export function ProblemsPanel({ onClose }: { onClose: () => void }) {
  const t = useEditorText();
  const session = useSession();
  const graph = useDocument((state) => state.graph);
  const { nodes } = indexOf(graph);
  const placeOf = ({ nodeKey, edgeId }: Problem): string => {
    if (nodeKey !== undefined) return nodes.get(nodeKey)?.name || nodeKey;
    return edgeId === undefined ? t('problems.workflow') : t('problems.edge', { id: edgeId });
  };
  return (
    <PanelFrame
      title={t('problems.title')}
      icon={<CircleAlert size={16} aria-hidden />}
      onClose={onClose}
    >
      {session.problems.length === 0 ? (
        <div className="h-empty" style={{ minHeight: 120 }}>
          <CircleCheck size={26} color="var(--h-state-succeeded)" aria-hidden />
          <Text fw={600} size="sm">
            {t('problems.none')}
          </Text>
          <Text size="xs" c="dimmed">
            {t('problems.noneHint')}
          </Text>
        </div>
      ) : (
        <ul className="h-problem-list">
          {session.problems.map((problem, index) => {
            const Icon = problem.severity === 'error' ? CircleAlert : TriangleAlert;
            return (
              <li key={index}>
                <UnstyledButton
                  className="h-problem-item"
                  onClick={() => jumpToProblem(session, problem)}
                >
                  <Icon
                    size={15}
                    color={problem.severity === 'error' ? 'var(--h-state-failed)' : 'var(--h-warn)'}
                    aria-label={t(
                      problem.severity === 'error' ? 'problems.errors' : 'problems.warnings',
                      { count: 1 },
                    )}
                  />
                  <span>
                    <Text size="xs" fw={600}>
                      {placeOf(problem)}
                    </Text>
                    <Text size="xs">{problem.message}</Text>
                    {problem.path ? (
                      <Text size="xs" c="dimmed" className="h-mono">
                        {problem.path}
                      </Text>
                    ) : null}
                  </span>
                </UnstyledButton>
              </li>
            );
          })}
        </ul>
      )}
    </PanelFrame>
  );
}
