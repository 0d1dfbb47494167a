import type { Problem } from '@heddle/kernel';
import type { Badge } from './flow.js';

/** Problems counted per node; those of an edge belong to no node. */
export function badgesOf(problems: readonly Problem[]): Map<string, Badge> {
  const badges = new Map<string, Badge>();
  for (const { nodeKey, severity } of problems) {
    if (nodeKey === undefined) continue;
    const badge = badges.get(nodeKey) ?? { errorCount: 0, warningCount: 0 };
    if (severity === 'error') badge.errorCount++;
    else badge.warningCount++;
    badges.set(nodeKey, badge);
  }
  return badges;
}
