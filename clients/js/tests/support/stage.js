// Test harness for Session: records its actions and advances a fake clock.
import assert from 'node:assert/strict';
import { Session } from '../../dist/live/session.js';

const options = {
  pingInterval: 20_000, patience: 10_000, queueLimit: 3, messagesPerSecond: 10, messageBurst: 5, shortestRetry: 500, longestRetry: 8_000,
};

export class Stage {
  now = 1_000_000;
  done = [];
  states = [];
  told = [];

  constructor(given = {}, { random = () => 1 } = {}) {
    const record = (name) => (...values) => this.done.push([name, ...values]);
    const actions = {
      ask: record('ask'), connect: record('connect'), disconnect: record('disconnect'),
      transmit: (text) => this.done.push(['transmit', JSON.parse(text)]),
      deliver: (message) => this.told.push(message),
      enter: (state) => this.states.push(state),
    };
    this.session = new Session({ ...options, ...given }, actions, random);
  }

  /** Returns and clears the recorded actions, or those of one name. Without a name, omits disconnects. */
  did(name) {
    const done = this.done.filter(([what]) => (name ? what === name : what !== 'disconnect'));
    this.done = [];
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
    this.start(credential).open().hear('AuthenticationResult', { success: true, message: '' }).resumed();
    this.did();
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

  hear(type, data, more = {}) {
    return this.hearText(JSON.stringify({ type, data, ...more }));
  }

  hearText(text) {
    this.session.onMessage(text, this.now);
    return this;
  }

  resumed(data = {}) {
    return this.hear('Resumed', { replayed: 0, complete: true, cursor: 'c0', ...data });
  }

  /** Delivers an Error message. */
  error(code) {
    return this.hear('Error', { code, message: `about ${code}` });
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
  pass(milliseconds) {
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
  type: 'FileDeleted', data: { file_id: `f${number}`, filename: 'a' }, id: `c${number}`, time: '2026-01-01T00:00:00Z', ...more,
});
