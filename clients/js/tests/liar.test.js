// The live channel against a faulty server: invalid frames, malformed messages, all close codes.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KingShare, MemoryTokens } from '../dist/index.js';
import { close, frame, Liar, text, welcome } from './support/liar.js';
import { Listener } from './support/listener.js';
import { allCodes, wrongFrames } from './support/lies.js';
import { event } from './support/stage.js';

const quick = { shortestRetry: 5, longestRetry: 20 };
const told = (number) => text('FileDeleted', undefined, event(number));
const live = (test, liar, options = {}) =>
  new Listener(test, new KingShare({ url: liar.url, credentials: new MemoryTokens('token') }).live({ ...quick, ...options }));

describe('wrong frames end the connection, and another one begins', { concurrency: true }, () => {
  for (const [name, bytes] of Object.entries(wrongFrames)) {
    it(name, async (test) => {
      const liar = await Liar.start(test, (victim, number) => {
        victim.say(welcome, told(number));
        if (number > 1) return;
        victim.say(bytes);
        if (bytes.length === 0) victim.socket.destroy();
      });
      const listener = live(test, liar);
      await listener.until(({ events }) => events.length === 2);
      assert.deepEqual(listener.events.map(({ id }) => id), ['c1', 'c2']);
      assert.equal(liar.handshakes, 2);
      assert.equal(listener.states.find(({ name }) => name === 'waiting').error.code, 'NETWORK');
    });
  }
});

describe('every close code', { concurrency: true }, () => {
  for (const [code, { retry }] of Object.entries(allCodes)) {
    it(`${code} is ${retry ? '' : 'not '}tried again after`, async (test) => {
      const liar = await Liar.start(test, (victim, number) => {
        victim.say(welcome);
        if (number === 1) victim.say(told(1)).close(Number(code), 'because');
      });
      const listener = live(test, liar);
      if (retry) {
        await listener.until(({ resumed }) => resumed.length === 2);
        assert.equal(liar.handshakes, 2);
      } else {
        await listener.state('closed');
        assert.equal(liar.handshakes, 1);
      }
      assert.deepEqual(listener.events.map(({ id }) => id), ['c1']);
    });
  }
});

describe('it is patient', { concurrency: true }, () => {
  it('with a server that says when to come back', async (test) => {
    const liar = await Liar.start(test, (victim, number) => {
      victim.say(welcome);
      if (number === 1) victim.close(1012, 'The server restarts; retry in 1.000 s');
    });
    const listener = live(test, liar);
    const { until, error } = await listener.state('waiting');
    assert.equal(error.retryAfter, 1);
    assert.ok(until - Date.now() > 900);
    await listener.until(({ resumed }) => resumed.length === 2);
    assert.ok(Date.now() >= until);
  });

  it('with one that refuses the handshake and says so', { skip: globalThis.WebSocket && 'only ws shows that answer' }, async (test) => {
    const liar = await Liar.start(test, (victim) => victim.say(welcome), { refuse: (n) => (n === 1 ? [503, { 'Retry-After': 1 }] : undefined) });
    const listener = live(test, liar);
    const { until, error } = await listener.state('waiting');
    assert.equal(error.retryAfter, 1);
    assert.ok(until - Date.now() > 900);
    await listener.state('live');
  });

  it('with one that refuses the handshake', async (test) => {
    const liar = await Liar.start(test, (victim) => victim.say(welcome), { refuse: (n) => (n < 4 ? [[500, 301, 200][n - 1], {}] : undefined) });
    await live(test, liar).state('live');
    assert.equal(liar.handshakes, 4);
  });

  it('but not for ever with one that never says who we are', async (test) => {
    const liar = await Liar.start(test, (victim, number) => number > 1 && victim.say(welcome));
    await live(test, liar, { patience: 50 }).state('live');
  });

  it('nor with one that answers no Ping', async (test) => {
    const liar = await Liar.start(test, async (victim, number) => {
      victim.say(welcome);
      if (number > 1) victim.say(told(1));
    });
    const listener = live(test, liar, { pingInterval: 30, patience: 50 });
    await listener.until(({ events }) => events.length === 1);
  });

  it('nor with one that closes and then does not', async (test) => {
    const liar = await Liar.start(test, (victim, number) => victim.say(welcome, number === 1 ? close(1011) : told(1)));
    const listener = live(test, liar, { pingInterval: 30, patience: 50 });
    await listener.until(({ events }) => events.length === 1);
  });

  it('nor with one that lets us in and throws us out: it comes back less and less often', async (test) => {
    const liar = await Liar.start(test, (victim) => victim.say(welcome).close(1011));
    const listener = live(test, liar, { shortestRetry: 1, longestRetry: 1e6 });
    await listener.until(({ states }) => states.filter(({ name }) => name === 'waiting').length === 6);
    assert.equal(liar.handshakes, 6);
  });
});

describe('it believes little', { concurrency: true }, () => {
  it('what is no message harms nothing', async (test) => {
    const liar = await Liar.start(test, (victim) => {
      victim.say(welcome, frame(1, 'nonsense'), frame(2, 'bytes'), frame(1, '[]'), text('Tomorrow', { a: 1 }), text('FileUploaded', { file_id: 7 }));
      victim.say(frame(1, '{"type":"FileDel', { fin: false }), frame(9, 'in between'), frame(0, 'eted","data":{"file_id":"f","filename":"a"},"id":"c1"}'));
    });
    const listener = live(test, liar);
    await listener.until(({ events }) => events.length === 1);
    assert.deepEqual(listener.errors, Array(4).fill('INVALID_MESSAGE'));
    assert.equal(liar.handshakes, 1);
  });

  it('an event that comes twice is seen once, on one connection and on two', async (test) => {
    const liar = await Liar.start(test, (victim, number) => {
      victim.say(text('AuthenticationResult', { success: true, message: '' }), told(1), told(2), told(1));
      if (number === 1) return victim.say(told(2)).close(1011);
      victim.say(told(3), text('Resumed', { replayed: 3, complete: true, cursor: 'c3' }), told(3), told(4));
    });
    const listener = live(test, liar, { since: 'start' });
    await listener.until(({ events }) => events.some(({ id }) => id === 'c4'));
    assert.deepEqual(listener.events.map(({ id }) => id), ['c1', 'c2', 'c3', 'c4']);
  });

  it('a token that it first took is not sent for ever', async (test) => {
    const liar = await Liar.start(test, (victim) => victim.say(welcome, text('Error', { code: 'INVALID_TOKEN', message: '' })).close(4401));
    await live(test, liar).state('closed');
    assert.equal(liar.handshakes, 1);
  });
});

describe('what is sent', { concurrency: true }, () => {
  it('goes again when the connection is cut before the answer, and only once we are signed in', async (test) => {
    const heard = [];
    const liar = await Liar.start(test, async (victim, number) => {
      if (number === 1) {
        victim.say(welcome);
        heard.push((await victim.hear()).data);
        return victim.socket.destroy();
      }
      let asked = false;
      victim.hear().then((message) => ((asked = true), heard.push(message.data)));
      await new Promise(setImmediate);
      assert.equal(asked, false);
      victim.say(welcome);
      for (;;) {
        const message = await victim.hear();
        if (message.type === 'Ping') victim.say(text('Pong'));
        else heard.push(message.data);
      }
    });
    const listener = live(test, liar);
    await Promise.all(['one', 'two', 'three'].map((data) => listener.live.send({ type: 'Note', data })));
    assert.deepEqual(heard, ['one', 'one', 'two', 'three']);
  });

  it('goes again when it was too much, later', async (test) => {
    const times = [];
    const liar = await Liar.start(test, async (victim) => {
      victim.say(welcome);
      for (;;) {
        await victim.hear();
        times.push(Date.now());
        victim.say(times.length === 1 ? text('Error', { code: 'RATE_LIMITED', message: '' }) : text('Pong'));
      }
    });
    const listener = live(test, liar);
    await listener.live.send({ type: 'Ping' });
    assert.equal(times.length, 2);
    assert.ok(times[1] - times[0] > 950);
  });
});
