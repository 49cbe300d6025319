import { KingShare, KingShareError } from '@kingshare/client';
import { base } from '../base';
import { texts } from '../texts';

export const client = new KingShare({ url: location.origin + base });

/** Returns a localized message for an error. */
export function errorMessage(error: unknown): string {
  const { errors } = texts.value;
  if (!(error instanceof KingShareError)) return errors.unexpected;
  if (error.code in errors) return errors[error.code as 'NETWORK'];
  return error.detail ?? errors.other;
}

/** Returns whether the server was unreachable or temporarily unavailable, so that a retry makes sense. */
export const isUnavailable = (error: unknown): boolean => isError(error, 'NETWORK') || isError(error, 'UNAVAILABLE');

export const isError = (error: unknown, code: KingShareError['code']): error is KingShareError =>
  error instanceof KingShareError && error.code === code;
