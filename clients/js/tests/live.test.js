// Unit tests of Live around its session (handlers, cursors, timers) with a fake environment.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Live } from '../dist/live/live.js';
import { event } from './support/stage.js';

const settle = () => new Promise(setImmediate);

class World {
  now = 1_000_000;
  connections = [];
  timers = new Map();
  #timer = 0;
  around = {
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
    return new Live({ base: 'https://share.example', credentials }, options, this.around);
  }

  get last() {
    return this.connections.at(-1);
  }

  async pass(milliseconds) {
    this.now += milliseconds;
    for (const [timer, { handler, at }] of [...this.timers]) {
      if (at > this.now) continue;
      this.timers.delete(timer);
      handler();
    }
    await settle();
  }

  say(...messages) {
    for (const message of messages) this.last.events.message(JSON.stringify(message));
  }

  async open() {
    await settle();
    this.last.events.opened();
    this.say({ type: 'AuthenticationResult', data: { success: true, message: '' } }, { type: 'Resumed', data: { replayed: 0, complete: true, cursor: 'c0' } });
  }
}

describe('a Live', () => {
  it('shows its token to nobody but the server', async () => {
    const world = new World();
    world.live({ share: 'a+b', since: 'start' });
    await settle();
    assert.equal(world.last.url.href, 'wss://share.example/ws?share=a%2Bb&since=start');
    assert.deepEqual(world.last.protocols, ['kingshare.v1', 'bearer.t1']);
  });

  it('opens under the path of the server', async () => {
    const world = new World();
    new Live({ base: 'https://example.org/share', credentials: undefined }, {}, world.around);
    await settle();
    assert.equal(world.last.url.href, 'wss://example.org/share/ws?since=now');
  });

  it('has no token where there is a cookie', async () => {
    const world = new World();
    new Live({ base: 'http://share.example', credentials: undefined }, {}, world.around);
    await settle();
    assert.equal(world.last.url.href, 'ws://share.example/ws?since=now');
    assert.deepEqual(world.last.protocols, ['kingshare.v1']);
  });

  it('tells those who ask, by type, until they have heard enough', async () => {
    const world = new World();
    const live = world.live();
    const heard = [];
    const enough = live.on('FileDeleted', ({ data }) => heard.push(data.file_id));
    live.on('*', ({ type }) => heard.push(type));
    live.on('Resumed', ({ data }) => heard.push(data.cursor));
    await world.open();
    world.say(event(1));
    enough();
    world.say(event(2), { type: 'UserOnline', data: { user_id: 'u', username: 'ben' } });
    assert.deepEqual(heard, ['c0', 'f1', 'FileDeleted', 'FileDeleted', 'UserOnline']);
  });

  it('tells where it stands, at once and ever after', async () => {
    const world = new World();
    const live = world.live();
    const states = [];
    const enough = live.onState(({ name }) => states.push(name));
    await world.open();
    enough();
    live.close();
    assert.deepEqual(states, ['connecting', 'catching up', 'live']);
    assert.equal(live.state.name, 'closed');
    assert.equal(world.last.closed, 1000);
    assert.equal(world.timers.size, 0);
    assert.equal(world.online, undefined);
    assert.equal(world.offline, undefined);
  });

  it('may be closed by who hears of something', async () => {
    const world = new World();
    const live = world.live();
    const heard = [];
    live.on('*', ({ id }) => {
      heard.push(id);
      live.close();
    });
    live.on('Resumed', () => heard.push('resumed'));
    await world.open();
    world.say(event(1), event(2));
    assert.deepEqual(heard, ['resumed', 'c1']);
    assert.equal(live.state.name, 'closed');
  });

  it('saves its place after the handlers, the newest only, one after the other', async () => {
    const world = new World();
    const [log, pending] = [[], []];
    const cursor = {
      load: async () => 'c0',
      save: (place) => new Promise((done) => {
        log.push(`save ${place}`);
        pending.push(done);
      }),
    };
    const live = world.live({ cursor });
    live.on('*', ({ id }) => log.push(`hear ${id}`));
    await world.open();
    assert.equal(world.last.url.searchParams.get('since'), 'c0');
    world.say(event(1), event(2), event(3));
    assert.deepEqual(log, ['hear c1', 'save c1', 'hear c2', 'hear c3']);
    pending.shift()();
    await settle();
    assert.deepEqual(log.slice(4), ['save c3']);
    pending.shift()();
    await settle();
    await world.pass(1000);
    assert.deepEqual(log.length, 5);
  });

  it('comes back after a while, or as soon as the network does', async () => {
    const world = new World();
    world.live();
    await world.open();
    world.last.events.closed(1006, '');
    await world.pass(499);
    assert.equal(world.connections.length, 1);
    await world.pass(1);
    assert.equal(world.connections.length, 2);
    world.last.events.closed(1006, '');
    world.online();
    await settle();
    assert.equal(world.connections.length, 3);
  });

  it('hears nothing of a connection that it has given up', async () => {
    const world = new World();
    const live = world.live();
    await world.open();
    world.last.events.closed(1006, '');
    world.last.events.message(JSON.stringify(event(1)));
    assert.equal(live.state.name, 'waiting');
  });

  it('does not wait for ever for a token, nor for a late one', async () => {
    const world = new World();
    const late = [];
    const live = world.live({}, { current: () => new Promise((done) => late.push(done)) });
    await settle();
    await world.pass(20_000);
    assert.equal(live.state.name, 'waiting');
    late[0]({ access_token: 'late' });
    await settle();
    assert.equal(world.connections.length, 0);
    await world.pass(500);
    late[1]({ access_token: 'in time' });
    await settle();
    assert.deepEqual(world.last.protocols, ['kingshare.v1', 'bearer.in time']);
  });

  it('waits when tokens cannot be had now, and ends when there are none any more', async () => {
    const world = new World();
    const live = world.live({}, { current: async () => Promise.reject(new Error('no network')), refresh: async () => null });
    await settle();
    assert.deepEqual([live.state.name, live.state.error.code], ['waiting', 'NETWORK']);
    live.close();
    assert.equal(live.state.name, 'closed');
  });

  it('lets no failing handler harm the others', async (test) => {
    const world = new World();
    const live = world.live();
    const heard = [];
    const reported = test.mock.method(globalThis, 'queueMicrotask', () => {});
    live.on('*', () => {
      throw new Error('my own fault');
    });
    live.on('*', ({ id }) => heard.push(id));
    await world.open();
    world.say(event(1), event(2));
    assert.deepEqual(heard, ['c1', 'c2']);
    assert.throws(reported.mock.calls[0].arguments[0], /my own fault/);
    assert.equal(reported.mock.callCount(), 2);
  });
});
