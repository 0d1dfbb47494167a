import type { Problem } from '@heddle/kernel';
import { graphAt, indexOf, placeOfProblem } from '@heddle/graph';
import { Text, UnstyledButton } from '@mantine/core';
import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import { useStore } from 'zustand';
import { goToLevel } from '../document/levels.js';
import { select } from '../document/view-store.js';
import { useEditorText } from '../i18n/index.js';
import type { EditorSession } from '../session.js';
import { useSession } from '../session-context.js';
import { PanelFrame } from './PanelFrame.js';

/** Shows the place of a problem: selects its node or edge and brings it into view. */
export function jumpToProblem(session: EditorSession, given: Problem): void {
  const root = session.root.state.getState().graph;
  const { path, problem } = placeOfProblem(root, given);
  goToLevel(session, path);
  const graph = graphAt(root, path) ?? root;
  // Another level has a canvas of its own, which is there after the next frames.
  const center = (key: string): void =>
    void requestAnimationFrame(() =>
      requestAnimationFrame(() => session.canvas.current?.centerNode(key)),
    );
  const index = indexOf(graph);
  const edge = problem.edgeId === undefined ? undefined : index.edges.get(problem.edgeId);
  if (problem.nodeKey !== undefined && index.nodes.has(problem.nodeKey)) {
    session.view.setState({ panel: 'none' });
    select(session.view, [problem.nodeKey]);
    center(problem.nodeKey);
  } else if (edge) {
    session.view.setState({ panel: 'none' });
    select(session.view, [], [edge.id]);
    center(edge.source);
  } else if (/^\/(settings|inputSchema)/.test(problem.path ?? '')) {
    session.view.setState({ panel: 'settings' });
  }
}

/** All problems of the draft; each leads to its place. */
export function ProblemsPanel({ onClose }: { onClose: () => void }) {
  const t = useEditorText();
  const session = useSession();
  const root = useStore(session.root.state, (state) => state.graph);
  const placeOf = (given: Problem): string => {
    const { path, problem } = placeOfProblem(root, given);
    const { nodeKey, edgeId } = problem;
    const nodes = indexOf(graphAt(root, path) ?? root).nodes;
    const last =
      nodeKey !== undefined
        ? nodes.get(nodeKey)?.name || nodeKey
        : edgeId !== undefined
          ? t('problems.edge', { id: edgeId })
          : path.length === 0
            ? t('problems.workflow')
            : '';
    return [...path, last].filter(Boolean).join(' › ');
  };
  return (
    <PanelFrame
      title={t('problems.title')}
      icon={<CircleAlert size={16} aria-hidden />}
      onClose={onClose}
    >
      {session.allProblems.length === 0 ? (
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
          {session.allProblems.map((problem, index) => {
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
