import type { ErrorCode } from './generated/protocol.js';

/** What went wrong on this side: no answer came, the queue of a Live is full, it is closed, or you stopped it yourself. */
export type LocalErrorCode = 'NETWORK' | 'QUEUE_FULL' | 'CLOSED' | 'ABORTED';

export interface ErrorFacts {
  status?: number | undefined;
  detail?: string | undefined;
  field?: string | undefined;
  retryAfter?: number | undefined;
  cause?: unknown;
}

/** Every failure of this library. `code` is for programs, `message` for people. */
export class KingShareError extends Error {
  override readonly name = 'KingShareError';
  readonly code: ErrorCode | LocalErrorCode;
  /** The status of the HTTP answer, 0 where there was none. */
  readonly status: number;
  /** What went wrong this time, in the server's words. */
  readonly detail: string;
  /** The field of the request that is not right. */
  readonly field: string | undefined;
  /** Seconds after which to come back, where the server said so. */
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode | LocalErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.status = facts.status ?? 0;
    this.detail = facts.detail ?? message;
    this.field = facts.field;
    this.retryAfter = facts.retryAfter;
  }
}

// Where an answer is no problem document: a proxy between us and the server.
const codeOfStatus: Record<number, ErrorCode> = {
  401: 'AUTHENTICATION_REQUIRED', 403: 'FORBIDDEN', 404: 'NOT_FOUND', 405: 'METHOD_NOT_ALLOWED', 409: 'CONFLICT', 410: 'GONE',
  413: 'TOO_LARGE', 416: 'RANGE_NOT_SATISFIABLE', 429: 'RATE_LIMITED', 502: 'UNAVAILABLE', 503: 'UNAVAILABLE', 504: 'UNAVAILABLE',
};

/** Seconds of a Retry-After header, which is a number or a date. */
export function retryAfterOf(header: string | null | undefined, now: number): number | undefined {
  if (!header) return undefined;
  if (/^\d+$/.test(header)) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

/** The error that an HTTP answer tells. */
export function errorOf(status: number, body: string, retryAfter: string | null | undefined): KingShareError {
  let problem: { code?: ErrorCode; title?: string; detail?: string; field?: string } = {};
  try {
    problem = JSON.parse(body) ?? {};
  } catch {
    // Not ours, then.
  }
  const code = problem.code ?? codeOfStatus[status] ?? (status >= 500 ? 'INTERNAL_ERROR' : 'INVALID_REQUEST');
  return new KingShareError(code, problem.detail || problem.title || `The server answered ${status}`, {
    status,
    detail: problem.detail,
    field: problem.field,
    retryAfter: retryAfterOf(retryAfter, Date.now()),
  });
}
