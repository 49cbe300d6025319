// Unit tests of Live environment its session (handlers, cursors, timers) with a fake environment.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Live } from '../dist/live/live.js';
import { event } from './support/session-harness.js';

const flushPromises = () => new Promise(setImmediate);

class LiveHarness {
  now = 1_000_000;
  connections = [];
  timers = new Map();
  #timer = 0;
  environment = {
    connect: (url, protocols, events) => {
      const connection = { url: new URL(url), protocols, events, sent: [], closed: undefined };
      this.connections.push(connection);
      return { send: (text) => connection.sent.push(JSON.parse(text)), close: (code) => (connection.closed = code) };
    },
    onOnline: (handler) => {
      this.online = handler;
      return () => (this.online = undefined);
    },
    onOffline: (handler) => {
      this.offline = handler;
      return () => (this.offline = undefined);
    },
    now: () => this.now,
    random: () => 1,
    setTimeout: (handler, delay) => {
      this.#timer += 1;
      this.timers.set(this.#timer, { handler, at: this.now + delay });
      return this.#timer;
    },
    clearTimeout: (timer) => this.timers.delete(timer),
  };

  /** Creates a Live with these credentials. */
  live(options = {}, credentials = { current: async () => ({ access_token: 't1' }), refresh: async () => null }) {
    return new Live({ base: 'https://share.example', credentials }, options, this.environment);
  }

  get last() {
    return this.connections.at(-1);
  }

  async advance(milliseconds) {
    this.now += milliseconds;
    for (const [timer, { handler, at }] of [...this.timers]) {
      if (at > this.now) continue;
      this.timers.delete(timer);
      handler();
    }
    await flushPromises();
  }

  send(...messages) {
    for (const message of messages) this.last.events.message(JSON.stringify(message));
  }

  async open() {
    await flushPromises();
    this.last.events.opened();
    this.send({ type: 'AuthenticationResult', data: { success: true, message: '' } }, { type: 'Resumed', data: { replayed: 0, complete: true, cursor: 'c0' } });
  }
}

describe('a Live', () => {
  it('shows its token to nobody but the server', async () => {
    const harness = new LiveHarness();
    harness.live({ share: 'a+b', since: 'start' });
    await flushPromises();
    assert.equal(harness.last.url.href, 'wss://share.example/ws?share=a%2Bb&since=start');
    assert.deepEqual(harness.last.protocols, ['kingshare.v1', 'bearer.t1']);
  });

  it('opens under the path of the server', async () => {
    const harness = new LiveHarness();
    new Live({ base: 'https://example.org/share', credentials: undefined }, {}, harness.environment);
    await flushPromises();
    assert.equal(harness.last.url.href, 'wss://example.org/share/ws?since=now');
  });

  it('has no token where there is a cookie', async () => {
    const harness = new LiveHarness();
    new Live({ base: 'http://share.example', credentials: undefined }, {}, harness.environment);
    await flushPromises();
    assert.equal(harness.last.url.href, 'ws://share.example/ws?since=now');
    assert.deepEqual(harness.last.protocols, ['kingshare.v1']);
  });

  it('tells those who ask, by type, until they have heard enough', async () => {
    const harness = new LiveHarness();
    const live = harness.live();
    const heard = [];
    const unsubscribe = live.on('FileDeleted', ({ data }) => heard.push(data.file_id));
    live.on('*', ({ type }) => heard.push(type));
    live.on('Resumed', ({ data }) => heard.push(data.cursor));
    await harness.open();
    harness.send(event(1));
    unsubscribe();
    harness.send(event(2), { type: 'UserOnline', data: { user_id: 'u', username: 'ben' } });
    assert.deepEqual(heard, ['c0', 'f1', 'FileDeleted', 'FileDeleted', 'UserOnline']);
  });

  it('tells where it stands, at once and ever after', async () => {
    const harness = new LiveHarness();
    const live = harness.live();
    const states = [];
    const unsubscribe = live.onState(({ name }) => states.push(name));
    await harness.open();
    unsubscribe();
    live.close();
    assert.deepEqual(states, ['connecting', 'catching up', 'live']);
    assert.equal(live.state.name, 'closed');
    assert.equal(harness.last.closed, 1000);
    assert.equal(harness.timers.size, 0);
    assert.equal(harness.online, undefined);
    assert.equal(harness.offline, undefined);
  });

  it('may be closed by who hears of something', async () => {
    const harness = new LiveHarness();
    const live = harness.live();
    const heard = [];
    live.on('*', ({ id }) => {
      heard.push(id);
      live.close();
    });
    live.on('Resumed', () => heard.push('resumed'));
    await harness.open();
    harness.send(event(1), event(2));
    assert.deepEqual(heard, ['resumed', 'c1']);
    assert.equal(live.state.name, 'closed');
  });

  it('saves its place after the handlers, the newest only, one after the other', async () => {
    const harness = new LiveHarness();
    const [log, pending] = [[], []];
    const cursor = {
      load: async () => 'c0',
      save: (cursor) =>
        new Promise((done) => {
          log.push(`save ${cursor}`);
          pending.push(done);
        }),
    };
    const live = harness.live({ cursor });
    live.on('*', ({ id }) => log.push(`hear ${id}`));
    await harness.open();
    assert.equal(harness.last.url.searchParams.get('since'), 'c0');
    harness.send(event(1), event(2), event(3));
    assert.deepEqual(log, ['hear c1', 'save c1', 'hear c2', 'hear c3']);
    pending.shift()();
    await flushPromises();
    assert.deepEqual(log.slice(4), ['save c3']);
    pending.shift()();
    await flushPromises();
    await harness.advance(1000);
    assert.deepEqual(log.length, 5);
  });

  it('comes back after a while, or as soon as the network does', async () => {
    const harness = new LiveHarness();
    harness.live();
    await harness.open();
    harness.last.events.closed(1006, '');
    await harness.advance(499);
    assert.equal(harness.connections.length, 1);
    await harness.advance(1);
    assert.equal(harness.connections.length, 2);
    harness.last.events.closed(1006, '');
    harness.online();
    await flushPromises();
    assert.equal(harness.connections.length, 3);
  });

  it('hears nothing of a connection that it has given up', async () => {
    const harness = new LiveHarness();
    const live = harness.live();
    await harness.open();
    harness.last.events.closed(1006, '');
    harness.last.events.message(JSON.stringify(event(1)));
    assert.equal(live.state.name, 'waiting');
  });

  it('does not wait for ever for a token, nor for a late one', async () => {
    const harness = new LiveHarness();
    const late = [];
    const live = harness.live({}, { current: () => new Promise((done) => late.push(done)) });
    await flushPromises();
    await harness.advance(20_000);
    assert.equal(live.state.name, 'waiting');
    late[0]({ access_token: 'late' });
    await flushPromises();
    assert.equal(harness.connections.length, 0);
    await harness.advance(500);
    late[1]({ access_token: 'in time' });
    await flushPromises();
    assert.deepEqual(harness.last.protocols, ['kingshare.v1', 'bearer.in time']);
  });

  it('waits when tokens cannot be had now, and ends when there are none any more', async () => {
    const harness = new LiveHarness();
    const live = harness.live({}, { current: async () => Promise.reject(new Error('no network')), refresh: async () => null });
    await flushPromises();
    assert.deepEqual([live.state.name, live.state.error.code], ['waiting', 'NETWORK']);
    live.close();
    assert.equal(live.state.name, 'closed');
  });

  it('lets no failing handler harm the others', async (test) => {
    const harness = new LiveHarness();
    const live = harness.live();
    const heard = [];
    const reported = test.mock.method(globalThis, 'queueMicrotask', () => {});
    live.on('*', () => {
      throw new Error('my own fault');
    });
    live.on('*', ({ id }) => heard.push(id));
    await harness.open();
    harness.send(event(1), event(2));
    assert.deepEqual(heard, ['c1', 'c2']);
    assert.throws(reported.mock.calls[0].arguments[0], /my own fault/);
    assert.equal(reported.mock.callCount(), 2);
  });
});
