// The live channel against a faulty server: invalid frames, malformed messages, all close codes.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KingShare, MemoryTokens } from '../dist/index.js';
import { close, frame, ScriptedServer, text, welcome } from './support/scripted-server.js';
import { LiveRecorder } from './support/live-recorder.js';
import { closeCodeCases, invalidFrames } from './support/invalid-frames.js';
import { event } from './support/session-harness.js';

const quick = { minRetryDelay: 5, maxRetryDelay: 20 };
const told = (number) => text('FileDeleted', undefined, event(number));
const live = (test, server, options = {}) =>
  new LiveRecorder(test, new KingShare({ url: server.url, credentials: new MemoryTokens('token') }).live({ ...quick, ...options }));

describe('wrong frames end the connection, and another one begins', { concurrency: true }, () => {
  for (const [name, bytes] of Object.entries(invalidFrames)) {
    it(name, async (test) => {
      const server = await ScriptedServer.start(test, (connection, number) => {
        connection.send(welcome, told(number));
        if (number > 1) return;
        connection.send(bytes);
        if (bytes.length === 0) connection.socket.destroy();
      });
      const recorder = live(test, server);
      await recorder.until(({ events }) => events.length === 2);
      assert.deepEqual(
        recorder.events.map(({ id }) => id),
        ['c1', 'c2'],
      );
      assert.equal(server.handshakes, 2);
      assert.equal(recorder.states.find(({ name }) => name === 'waiting').error.code, 'NETWORK');
    });
  }
});

describe('every close code', { concurrency: true }, () => {
  for (const [code, { retry }] of Object.entries(closeCodeCases)) {
    it(`${code} is ${retry ? '' : 'not '}tried again after`, async (test) => {
      const server = await ScriptedServer.start(test, (connection, number) => {
        connection.send(welcome);
        if (number === 1) connection.send(told(1)).close(Number(code), 'because');
      });
      const recorder = live(test, server);
      if (retry) {
        await recorder.until(({ resumed }) => resumed.length === 2);
        assert.equal(server.handshakes, 2);
      } else {
        await recorder.state('closed');
        assert.equal(server.handshakes, 1);
      }
      assert.deepEqual(
        recorder.events.map(({ id }) => id),
        ['c1'],
      );
    });
  }
});

describe('it is patient', { concurrency: true }, () => {
  it('with a server that says when to come back', async (test) => {
    const server = await ScriptedServer.start(test, (connection, number) => {
      connection.send(welcome);
      if (number === 1) connection.close(1012, 'The server restarts; retry in 1.000 s');
    });
    const recorder = live(test, server);
    const { until, error } = await recorder.state('waiting');
    assert.equal(error.retryAfter, 1);
    assert.ok(until - Date.now() > 900);
    await recorder.until(({ resumed }) => resumed.length === 2);
    assert.ok(Date.now() >= until);
  });

  it('with one that refuses the handshake and says so', { skip: globalThis.WebSocket && 'only ws shows that answer' }, async (test) => {
    const server = await ScriptedServer.start(test, (connection) => connection.send(welcome), {
      refuse: (n) => (n === 1 ? [503, { 'Retry-After': 1 }] : undefined),
    });
    const recorder = live(test, server);
    const { until, error } = await recorder.state('waiting');
    assert.equal(error.retryAfter, 1);
    assert.ok(until - Date.now() > 900);
    await recorder.state('live');
  });

  it('with one that refuses the handshake', async (test) => {
    const server = await ScriptedServer.start(test, (connection) => connection.send(welcome), {
      refuse: (n) => (n < 4 ? [[500, 301, 200][n - 1], {}] : undefined),
    });
    await live(test, server).state('live');
    assert.equal(server.handshakes, 4);
  });

  it('but not for ever with one that never says who we are', async (test) => {
    const server = await ScriptedServer.start(test, (connection, number) => number > 1 && connection.send(welcome));
    await live(test, server, { timeout: 50 }).state('live');
  });

  it('nor with one that answers no Ping', async (test) => {
    const server = await ScriptedServer.start(test, async (connection, number) => {
      connection.send(welcome);
      if (number > 1) connection.send(told(1));
    });
    const recorder = live(test, server, { pingInterval: 30, timeout: 50 });
    await recorder.until(({ events }) => events.length === 1);
  });

  it('nor with one that closes and then does not', async (test) => {
    const server = await ScriptedServer.start(test, (connection, number) => connection.send(welcome, number === 1 ? close(1011) : told(1)));
    const recorder = live(test, server, { pingInterval: 30, timeout: 50 });
    await recorder.until(({ events }) => events.length === 1);
  });

  it('nor with one that lets us in and throws us out: it comes back less and less often', async (test) => {
    const server = await ScriptedServer.start(test, (connection) => connection.send(welcome).close(1011));
    const recorder = live(test, server, { minRetryDelay: 1, maxRetryDelay: 1e6 });
    await recorder.until(({ states }) => states.filter(({ name }) => name === 'waiting').length === 6);
    assert.equal(server.handshakes, 6);
  });
});

describe('it believes little', { concurrency: true }, () => {
  it('what is no message harms nothing', async (test) => {
    const server = await ScriptedServer.start(test, (connection) => {
      connection.send(welcome, frame(1, 'nonsense'), frame(2, 'bytes'), frame(1, '[]'), text('Tomorrow', { a: 1 }), text('FileUploaded', { file_id: 7 }));
      connection.send(frame(1, '{"type":"FileDel', { fin: false }), frame(9, 'in between'), frame(0, 'eted","data":{"file_id":"f","filename":"a"},"id":"c1"}'));
    });
    const recorder = live(test, server);
    await recorder.until(({ events }) => events.length === 1);
    assert.deepEqual(recorder.errors, Array(4).fill('INVALID_MESSAGE'));
    assert.equal(server.handshakes, 1);
  });

  it('an event that comes twice is seen once, on one connection and on two', async (test) => {
    const server = await ScriptedServer.start(test, (connection, number) => {
      connection.send(text('AuthenticationResult', { success: true, message: '' }), told(1), told(2), told(1));
      if (number === 1) return connection.send(told(2)).close(1011);
      connection.send(told(3), text('Resumed', { replayed: 3, complete: true, cursor: 'c3' }), told(3), told(4));
    });
    const recorder = live(test, server, { since: 'start' });
    await recorder.until(({ events }) => events.some(({ id }) => id === 'c4'));
    assert.deepEqual(
      recorder.events.map(({ id }) => id),
      ['c1', 'c2', 'c3', 'c4'],
    );
  });

  it('a token that it first took is not sent for ever', async (test) => {
    const server = await ScriptedServer.start(test, (connection) =>
      connection.send(welcome, text('Error', { code: 'INVALID_TOKEN', message: '' })).close(4401),
    );
    await live(test, server).state('closed');
    assert.equal(server.handshakes, 1);
  });
});

describe('what is sent', { concurrency: true }, () => {
  it('goes again when the connection is cut before the answer, and only once we are signed in', async (test) => {
    const heard = [];
    const server = await ScriptedServer.start(test, async (connection, number) => {
      if (number === 1) {
        connection.send(welcome);
        heard.push((await connection.receive()).data);
        return connection.socket.destroy();
      }
      let asked = false;
      connection.receive().then((message) => {
        asked = true;
        heard.push(message.data);
      });
      await new Promise(setImmediate);
      assert.equal(asked, false);
      connection.send(welcome);
      for (;;) {
        const message = await connection.receive();
        if (message.type === 'Ping') connection.send(text('Pong'));
        else heard.push(message.data);
      }
    });
    const recorder = live(test, server);
    await Promise.all(['one', 'two', 'three'].map((data) => recorder.live.send({ type: 'Note', data })));
    assert.deepEqual(heard, ['one', 'one', 'two', 'three']);
  });

  it('goes again when it was too much, later', async (test) => {
    const times = [];
    const server = await ScriptedServer.start(test, async (connection) => {
      connection.send(welcome);
      for (;;) {
        await connection.receive();
        times.push(Date.now());
        connection.send(times.length === 1 ? text('Error', { code: 'RATE_LIMITED', message: '' }) : text('Pong'));
      }
    });
    const recorder = live(test, server);
    await recorder.live.send({ type: 'Ping' });
    assert.equal(times.length, 2);
    assert.ok(times[1] - times[0] > 950);
  });
});
