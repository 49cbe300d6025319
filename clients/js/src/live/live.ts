import type { Request } from '../events.js';
import type { Http } from '../http.js';
import type { LiveHandlers, LiveOptions, LiveState } from './types.js';

/** The live channel. */
export class Live {
  constructor(_http: Http, _options: LiveOptions) {}

  get state(): LiveState {
    return { name: 'connecting' };
  }

  /** Hear messages of a type. The answer stops it. */
  on<T extends keyof LiveHandlers>(_type: T, _handler: (message: LiveHandlers[T]) => void): () => void {
    return () => {};
  }

  /** Hear where the connection stands: at once, and whenever that changes. The answer stops it. */
  onState(_handler: (state: LiveState) => void): () => void {
    return () => {};
  }

  /** Send a message: now, or when there is a connection. Done when the server has taken it. */
  async send(_message: Request): Promise<void> {}

  close(): void {}
}
