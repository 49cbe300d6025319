import { KingShare, KingShareError } from '@kingshare/client';
import { texts } from '../texts';

export const client = new KingShare();

/** What went wrong, in the words of the page. */
export function explain(error: unknown): string {
  const { errors } = texts.value;
  if (!(error instanceof KingShareError)) return errors.unexpected;
  if (error.code in errors) return errors[error.code as 'NETWORK'];
  return error.detail ?? errors.other;
}

export const isError = (error: unknown, code: KingShareError['code']): error is KingShareError =>
  error instanceof KingShareError && error.code === code;
