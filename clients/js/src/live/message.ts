import type { Event, Reply } from '../events.js';
import { messageFields } from '../generated/protocol.js';

export type ServerMessage = Event | Reply | { type: 'Pong' } | { type: 'Ping' };

/** Decodes a message. Returns undefined for an unknown type, null for malformed input. */
export function decode(text: string): ServerMessage | undefined | null {
  let value: { type?: unknown; data?: Record<string, unknown>; id?: unknown } | null;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || typeof value.type !== 'string') return null;
  if (!Object.hasOwn(messageFields, value.type)) return undefined;
  const { data, id } = value;
  const isValid = Object.entries(messageFields[value.type] ?? {}).every(([field, type]) => typeof data?.[field] === type);
  return isValid && (id === undefined || typeof id === 'string') ? (value as ServerMessage) : null;
}
