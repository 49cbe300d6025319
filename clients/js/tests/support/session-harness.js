// Test harness for Session: records its actions and advances a fake clock.
import assert from 'node:assert/strict';
import { Session } from '../../dist/live/session.js';

const options = {
  pingInterval: 20_000,
  timeout: 10_000,
  queueLimit: 3,
  messagesPerSecond: 10,
  messageBurst: 5,
  minRetryDelay: 500,
  maxRetryDelay: 8_000,
};

export class SessionHarness {
  now = 1_000_000;
  actions = [];
  states = [];
  delivered = [];

  constructor(given = {}, { random = () => 1 } = {}) {
    const record =
      (name) =>
      (...values) =>
        this.actions.push([name, ...values]);
    const actions = {
      requestTokens: record('requestTokens'),
      connect: record('connect'),
      disconnect: record('disconnect'),
      transmit: (text) => this.actions.push(['transmit', JSON.parse(text)]),
      deliver: (message) => this.delivered.push(message),
      setState: (state) => this.states.push(state),
    };
    this.session = new Session({ ...options, ...given }, actions, random);
  }

  /** Returns and clears the recorded actions, or those of one name. Without a name, omits disconnects. */
  takeActions(name) {
    const done = this.actions.filter(([what]) => (name ? what === name : what !== 'disconnect'));
    this.actions = [];
    return done;
  }

  get state() {
    return this.states.at(-1);
  }

  start(credential = { access_token: 't1' }) {
    this.session.start(this.now);
    this.credential(credential);
    return this;
  }

  /** Connects, authenticates and completes the replay. */
  live(credential) {
    this.start(credential).open().receive('AuthenticationResult', { success: true, message: '' }).resumed();
    this.takeActions();
    return this;
  }

  credential(credential) {
    this.session.onCredential(credential, this.now);
    return this;
  }

  open() {
    this.session.onOpened(this.now);
    return this;
  }

  receive(type, data, more = {}) {
    return this.receiveText(JSON.stringify({ type, data, ...more }));
  }

  receiveText(text) {
    this.session.onMessage(text, this.now);
    return this;
  }

  resumed(data = {}) {
    return this.receive('Resumed', { replayed: 0, complete: true, cursor: 'c0', ...data });
  }

  /** Delivers an Error message. */
  error(code) {
    return this.receive('Error', { code, message: `about ${code}` });
  }

  close(code, reason = '', retryAfter = undefined) {
    this.session.onClosed(code, reason, retryAfter, this.now);
    return this;
  }

  /** Sends an application message. `outcome` is `pending`, `done` or the error code. */
  send(type, data) {
    const sent = { outcome: 'pending' };
    const out = { message: { type, data }, done: () => (sent.outcome = 'done'), fail: (error) => (sent.outcome = error.code) };
    this.session.send(out, this.now);
    return sent;
  }

  /** Advances the clock and runs all deadlines on the way. */
  advance(milliseconds) {
    const end = this.now + milliseconds;
    for (let steps = 0; ; steps += 1) {
      assert.ok(steps < 1000, 'it goes round in circles');
      const due = this.session.deadline(this.now);
      if (due === undefined || due > end) break;
      this.now = Math.max(this.now, due);
      this.session.onTime(this.now);
    }
    this.now = end;
    return this;
  }
}

export const event = (number, more = {}) => ({
  type: 'FileDeleted',
  data: { file_id: `f${number}`, filename: 'a' },
  id: `c${number}`,
  time: '2026-01-01T00:00:00Z',
  ...more,
});
