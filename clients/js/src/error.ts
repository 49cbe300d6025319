import type { ErrorCode } from './generated/protocol.js';

/**
 * Errors raised by the client: NETWORK (no or an incomplete response), QUEUE_FULL (the send queue of a `Live` is full), CLOSED
 * (the `Live` is closed), ABORTED (cancelled by the caller).
 */
export type LocalErrorCode = 'NETWORK' | 'QUEUE_FULL' | 'CLOSED' | 'ABORTED';

export interface ErrorInfo {
  status?: number | undefined;
  detail?: string | undefined;
  field?: string | undefined;
  retryAfter?: number | undefined;
  cause?: unknown;
}

/** The error of every failed call. Programs should test `code`; `message` is for people. */
export class KingShareError extends Error {
  override readonly name = 'KingShareError';
  readonly code: ErrorCode | LocalErrorCode;
  /** HTTP status of the response, 0 without a response. */
  readonly status: number;
  /** The server's explanation of this failure; `message` if it gave none. */
  readonly detail: string;
  /** Name of the invalid field of the request. */
  readonly field: string | undefined;
  /** Seconds to wait before a retry, if the server sent Retry-After. */
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode | LocalErrorCode, message: string, info: ErrorInfo = {}) {
    super(message, info.cause === undefined ? undefined : { cause: info.cause });
    this.code = code;
    this.status = info.status ?? 0;
    this.detail = info.detail ?? message;
    this.field = info.field;
    this.retryAfter = info.retryAfter;
  }
}

// For responses without a problem document, e.g. from a proxy.
const codeOfStatus: Record<number, ErrorCode> = {
  401: 'AUTHENTICATION_REQUIRED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'CONFLICT',
  410: 'GONE',
  413: 'TOO_LARGE',
  416: 'RANGE_NOT_SATISFIABLE',
  429: 'RATE_LIMITED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'UNAVAILABLE',
};

/** Parses Retry-After (seconds or an HTTP date). Returns seconds from `now`, in milliseconds since 1970; undefined if invalid. */
export function retryAfterOf(header: string | null | undefined, now: number): number | undefined {
  if (!header) return undefined;
  if (/^\d+$/.test(header)) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

/** Returns the error of an HTTP response: the code of its problem document, or else one derived from the status. */
export function errorOf(status: number, body: string, retryAfter: string | null | undefined): KingShareError {
  let problem: { code?: ErrorCode; title?: string; detail?: string; field?: string } = {};
  try {
    problem = JSON.parse(body) ?? {};
  } catch {
    // Not a problem document.
  }
  const code = problem.code ?? codeOfStatus[status] ?? (status >= 500 ? 'INTERNAL_ERROR' : 'INVALID_REQUEST');
  return new KingShareError(code, problem.detail || problem.title || `The server answered ${status}`, {
    status,
    detail: problem.detail,
    field: problem.field,
    retryAfter: retryAfterOf(retryAfter, Date.now()),
  });
}
