import { Injectable } from '@nestjs/common';

/** Short facts for people who watch a namespace: their lists are to be refreshed. */
export type Notice =
  | { kind: 'approvalsChanged'; namespaceId: string }
  | { kind: 'bulkChanged'; namespaceId: string; id: string }
  | { kind: 'runChanged'; namespaceId: string; id: string; workflowId: string; state: string };

/** Notices on their way to the live channel. */
@Injectable()
export class NoticeFeed {
  readonly #listeners: ((notice: Notice) => void)[] = [];

  listen(listener: (notice: Notice) => void): void {
    this.#listeners.push(listener);
  }

  publish(notice: Notice): void {
    for (const listener of this.#listeners) listener(notice);
  }
}
