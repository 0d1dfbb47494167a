import { isJsonObject } from '@heddle/kernel';
import type { NodeTemplate } from '../document/edits.js';

/** Type of what the palette drags. */
export const DRAG_TYPE = 'application/x-heddle-node';

/** Puts a template into a drag. */
export function setDragTemplate(transfer: DataTransfer, template: NodeTemplate): void {
  transfer.setData(DRAG_TYPE, JSON.stringify(template));
  transfer.effectAllowed = 'copy';
}

/** The template of a drop; null when something else was dropped. */
export function getDragTemplate(transfer: DataTransfer): NodeTemplate | null {
  const text = transfer.getData(DRAG_TYPE);
  if (text === '') return null;
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value) || typeof value['type'] !== 'string') return null;
  // Only `setDragTemplate` writes this type.
  return value as unknown as NodeTemplate;
}
