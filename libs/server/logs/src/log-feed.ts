import { Injectable } from '@nestjs/common';
import type { NewLogLine } from '@heddle/store';

/** A line with the cursor it got. */
export type WrittenLine = NewLogLine & { id: string };

/** Lines of one node run that were lost because a buffer was full. */
export interface LogDrop {
  runId: string;
  nodeKey: string;
  count: number;
}

/** Lines that are written, for the live channel. */
@Injectable()
export class LogFeed {
  #listener: ((lines: WrittenLine[], drops: LogDrop[]) => void) | null = null;

  /** One listener: the live channel. */
  listen(listener: (lines: WrittenLine[], drops: LogDrop[]) => void): void {
    this.#listener = listener;
  }

  publish(lines: WrittenLine[], drops: LogDrop[]): void {
    this.#listener?.(lines, drops);
  }
}
