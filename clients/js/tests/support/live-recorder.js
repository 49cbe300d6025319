// Records the events, replies and states of a Live, and lets tests wait for them.
import { within } from './timeouts.js';

export class LiveRecorder {
  events = [];
  resumed = [];
  errors = [];
  states = [];
  #waiting = new Set();

  constructor(test, live) {
    this.live = live;
    test.after(() => live.close());
    live.on('*', (event) => this.#record(this.events, event));
    live.on('Resumed', ({ data }) => this.#record(this.resumed, data));
    live.on('Error', ({ data }) => this.#record(this.errors, data.code));
    live.onState((state) => this.#record(this.states, state));
  }

  #record(list, value) {
    list.push(value);
    for (const check of this.#waiting) check();
  }

  /** Waits until the condition holds, for at most 10 s. */
  async until(condition, what = condition) {
    let check;
    const holds = new Promise((done) => {
      check = () => condition(this) && done();
      this.#waiting.add(check);
      check();
    });
    const explain = () => `${what}\nstates ${JSON.stringify(this.states)}\nevents ${JSON.stringify(this.events)}\nerrors ${this.errors}`;
    await within(10, holds, explain).finally(() => this.#waiting.delete(check));
    return this;
  }

  /** Waits for a connection state; with `anew`, for the next time that it is entered. */
  async state(name, { anew = false } = {}) {
    const from = anew ? this.states.length : 0;
    await this.until(({ states }) => (anew ? states.slice(from).some((state) => state.name === name) : this.live.state.name === name), `state ${name}`);
    return this.live.state;
  }

  /** Filenames of the received FileUploaded events, in order. */
  get uploaded() {
    return this.events.filter(({ type }) => type === 'FileUploaded').map(({ data }) => data.filename);
  }

  async untilUploaded(...names) {
    await this.until(({ uploaded }) => names.every((name) => uploaded.includes(name)), `uploads ${names}`);
    return this.uploaded;
  }
}
