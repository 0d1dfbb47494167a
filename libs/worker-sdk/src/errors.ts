import type { Json } from '@heddle/kernel';

/** What a job may say of its failure beside the message. */
export interface JobErrorOptions {
  /** Upper-case name for `error.code` in conditions and retry filters, e.g. `CARD_DECLINED`. Default `JOB_FAILED`. */
  code?: string;
  /** Facts for `error.details`: JSON, at most 16 KB. */
  details?: Json;
  cause?: unknown;
}

/** A failure with a code and details. Any other thrown error works too; then the code is `JOB_FAILED`. Retried by the node's policy. */
export class JobError extends Error {
  readonly code: string;
  readonly details: Json | undefined;
  /** Whether retries end here, whatever the policy says. */
  readonly isFinal: boolean = false;

  constructor(message: string, options: JobErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code ?? 'JOB_FAILED';
    this.details = options.details;
  }
}

/** A failure that another attempt cannot mend: bad data, a missing account. Ends retries. */
export class NonRetryableError extends JobError {
  override readonly isFinal = true;
}

/** The server does not let this worker in: its token, its group or what it offers is wrong. Trying again would not help. */
export class WorkerRejectedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WorkerRejectedError';
    // The mistake is in a setting, not in the code: a stack would only hide the sentence.
    this.stack = `${this.name}: ${message}`;
  }
}

/** Why `ctx.signal` was aborted; the `reason` of the signal. */
export class TaskAbortedError extends Error {
  constructor(
    /** `canceled`: by an operator or the run's end. `timeout`. `leaseLost`: another worker has the task. `shutdown`: this worker ends. */
    readonly kind: 'canceled' | 'timeout' | 'leaseLost' | 'shutdown',
    message: string,
  ) {
    super(message);
    this.name = 'TaskAbortedError';
  }
}
