import {
  LOG_MESSAGE_BYTES_MAX,
  type WireLogLevel,
  type WireLogLine,
  type WorkerMessage,
} from '@heddle/protocol';
import type { JsonObject } from '@heddle/kernel';
import type { LogLevel } from './job-context.js';
import { toJsonText } from './json-output.js';

/** Lines kept while the server cannot take them, sent and not yet acknowledged ones included; about 4 MB of usual lines. */
const LINES_MAX = 20_000;
/** The same in characters, for long lines. */
const LENGTH_MAX = 16_000_000;
/** Lines of one message. */
const BATCH_LINES_MAX = 1_000;
/** Characters of one message: well below what gRPC takes. */
const BATCH_LENGTH_MAX = 1_000_000;

const WIRE_LEVELS = {
  debug: 'LOG_LEVEL_DEBUG',
  info: 'LOG_LEVEL_INFO',
  warn: 'LOG_LEVEL_WARN',
  error: 'LOG_LEVEL_ERROR',
} as const satisfies Record<LogLevel, WireLogLevel>;

/** One line of one task; `seq` counts the lines of the task from 1. */
export interface LogEntry {
  taskId: string;
  seq: number;
  level: LogLevel;
  message: string;
  fields: JsonObject | undefined;
}

/** Log lines on their way to the server. Never blocks a job: beyond its bound, new lines are dropped and counted. */
export class LogBuffer {
  private waiting: WireLogLine[] = [];
  /** Sent, not yet acknowledged; sent again after a reconnect. */
  private sent: WireLogLine[] = [];
  private length = 0;
  private dropped = 0;

  add(entry: LogEntry): void {
    const line = wireLine(entry);
    const size = sizeOf(line);
    if (this.waiting.length + this.sent.length >= LINES_MAX || this.length + size > LENGTH_MAX) {
      this.dropped++;
      return;
    }
    this.length += size;
    this.waiting.push(line);
  }

  /** The next message; null when there is nothing to send. */
  next(): WorkerMessage | null {
    if (this.waiting.length === 0 && this.dropped === 0) return null;
    let length = 0;
    let count = 0;
    for (const line of this.waiting) {
      length += sizeOf(line);
      if (count > 0 && (count >= BATCH_LINES_MAX || length > BATCH_LENGTH_MAX)) break;
      count++;
    }
    const lines = this.waiting.splice(0, count);
    this.sent.push(...lines);
    const dropped = String(this.dropped);
    this.dropped = 0;
    return { kind: 'logs', logs: { lines, dropped } };
  }

  /** The server has taken the oldest lines. */
  acknowledge(count: number): void {
    for (const line of this.sent.splice(0, count)) this.length -= sizeOf(line);
  }

  /** The connection was lost: what was not acknowledged is sent again. */
  resend(): void {
    this.waiting = [...this.sent, ...this.waiting];
    this.sent = [];
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0 && this.sent.length === 0;
  }
}

function wireLine({ taskId, seq, level, message, fields }: LogEntry): WireLogLine {
  return {
    taskId,
    seq,
    atMs: String(Date.now()),
    level: WIRE_LEVELS[level],
    // The server cuts to the byte; this bound only keeps huge strings off the wire.
    message: String(message).slice(0, LOG_MESSAGE_BYTES_MAX),
    fields: encodeFields(fields),
  };
}

/** A line is a line even when its fields cannot be written. */
function encodeFields(fields: JsonObject | undefined): Buffer {
  if (!fields) return Buffer.alloc(0);
  try {
    return Buffer.from(toJsonText('fields', fields));
  } catch (error) {
    return Buffer.from(JSON.stringify({ fields: (error as Error).message }));
  }
}

function sizeOf(line: WireLogLine): number {
  return line.message.length + line.fields.length;
}
