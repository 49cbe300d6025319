import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { closeCodes } from '../dist/index.js';
import { SessionHarness } from './support/session-harness.js';

const transmitted = (harness) => harness.takeActions('transmit').map(([, message]) => message.type);

describe('it connects', () => {
  it('with a token, from now on', () => {
    const harness = new SessionHarness();
    harness.start();
    assert.deepEqual(harness.takeActions(), [
      ['requestTokens', undefined],
      ['connect', 'now', 't1'],
    ]);
    harness.open();
    assert.equal(harness.state.name, 'connecting');
    harness.receive('AuthenticationResult', { success: true, message: '' });
    assert.equal(harness.state.name, 'catching up');
    harness.resumed();
    assert.equal(harness.state.name, 'live');
  });

  it('as nobody, who has no stream to go on with', () => {
    const harness = new SessionHarness().start(null).open();
    assert.deepEqual(harness.takeActions('connect'), [['connect', undefined, undefined]]);
    assert.equal(harness.state.name, 'live');
  });

  it('by a cookie, which may be there or not', () => {
    const harness = new SessionHarness().start('cookie').open();
    assert.deepEqual(harness.takeActions('connect'), [['connect', 'now', undefined]]);
    harness.error('AUTHENTICATION_REQUIRED');
    assert.equal(harness.state.name, 'closed');
    assert.equal(harness.state.error.code, 'AUTHENTICATION_REQUIRED');
  });

  it('to a share without anybody being signed in', () => {
    const harness = new SessionHarness({ share: 'token' }).start('cookie').open().error('AUTHENTICATION_REQUIRED');
    assert.equal(harness.state.name, 'live');
  });

  it('from where an earlier run was', () => {
    const harness = new SessionHarness({ since: 'start' });
    harness.session.resumeFrom('c7');
    harness.start();
    assert.deepEqual(harness.takeActions('connect'), [['connect', 'c7', 't1']]);
  });

  it('and gives up on a server that does not answer', () => {
    for (const silent of [(harness) => harness, (harness) => harness.open()]) {
      const harness = silent(new SessionHarness().start());
      harness.advance(9_999);
      assert.equal(harness.state.name, 'connecting');
      harness.advance(1);
      assert.equal(harness.state.name, 'waiting');
      assert.equal(harness.state.error.code, 'NETWORK');
      assert.equal(harness.takeActions('disconnect').length, 1);
    }
  });

  it('and gives up on tokens that do not come', () => {
    const harness = new SessionHarness();
    harness.session.start(harness.now);
    harness.advance(20_000);
    assert.equal(harness.state.name, 'waiting');
  });
});

describe('it comes back', () => {
  for (const [code, { name, retry }] of Object.entries(closeCodes)) {
    it(`${retry ? '' : 'not '}after ${code} ${name}`, () => {
      const harness = new SessionHarness().live('cookie').close(Number(code));
      assert.equal(harness.state.name, retry ? 'waiting' : 'closed');
      harness.advance(100_000);
      assert.equal(harness.takeActions('requestTokens').length > 0, retry);
    });
  }

  it('after codes that nobody knows, and after none', () => {
    for (const code of [1005, 1006, 1014, 1015, 3000, 4000, 4999]) assert.equal(new SessionHarness().live().close(code).state.name, 'waiting');
  });

  it('later and later, up to a bound', () => {
    const harness = new SessionHarness().live();
    const delays = [];
    for (let attempt = 0; attempt < 7; attempt += 1) {
      harness.close(1006);
      delays.push(harness.state.until - harness.now);
      harness.advance(delays.at(-1)).credential({ access_token: 't1' });
    }
    assert.deepEqual(delays, [500, 1000, 2000, 4000, 8000, 8000, 8000]);
  });

  it('at any time before that bound, so that not all come at once', () => {
    const delay = (chance) => {
      const harness = new SessionHarness({}, { random: () => chance }).live().close(1006);
      return harness.state.until - harness.now;
    };
    assert.deepEqual([0, 0.1, 0.5, 0.999].map(delay), [0, 50, 250, 499.5]);
  });

  it('soon again when a connection was good for a while, and not when it was not', () => {
    for (const [lasted, delay] of [
      [9_999, 2000],
      [10_000, 500],
    ]) {
      const harness = new SessionHarness().live().close(1006);
      harness.advance(500).credential({ access_token: 't1' }).close(1006);
      harness.advance(1000).credential({ access_token: 't1' });
      harness.open().receive('AuthenticationResult', { success: true, message: '' });
      harness.now += lasted;
      harness.close(1006);
      assert.equal(harness.state.until - harness.now, delay);
    }
  });

  it('not before the time that the server tells', () => {
    const until = (harness) => harness.state.until - harness.now;
    assert.equal(until(new SessionHarness().live().close(1012, 'The server restarts; retry in 7.250 s')), 7_750);
    assert.equal(until(new SessionHarness().live().close(1013, 'Busy; retry in 3 s')), 3_500);
    assert.equal(until(new SessionHarness().start().close(1006, 'The server answered 503', 30)), 30_500);
    const busy = new SessionHarness();
    busy.session.start(busy.now);
    busy.session.onCredentialError(Object.assign(new Error('busy'), { code: 'RATE_LIMITED', retryAfter: 12 }), busy.now);
    assert.equal(until(busy), 12_500);
  });

  it('at once when the network is back, but not before the time that the server told', () => {
    const harness = new SessionHarness().live().close(1006);
    harness.session.onOnline(harness.now);
    assert.equal(harness.state.name, 'connecting');
    const told = new SessionHarness().live().close(1012, 'retry in 7 s');
    told.session.onOnline(told.now);
    assert.equal(told.state.name, 'waiting');
    told.advance(7_000);
    assert.equal(told.state.name, 'connecting');
  });

  it('at once when the network goes away, without waiting for silence', () => {
    const harness = new SessionHarness().live();
    harness.session.onOffline(harness.now);
    assert.equal(harness.state.name, 'waiting');
    assert.equal(harness.state.error.code, 'NETWORK');
    const { until } = harness.state;
    harness.session.onOffline(harness.now);
    assert.equal(harness.state.until, until);
    harness.advance(until - harness.now);
    assert.equal(harness.state.name, 'connecting');
  });

  it('and says why it is gone, in the words of the server', () => {
    const limited = new SessionHarness().start().open().error('CONNECTION_LIMIT').close(1013, 'Too many connections');
    assert.deepEqual([limited.state.error.code, limited.state.error.detail], ['CONNECTION_LIMIT', 'about CONNECTION_LIMIT']);
    const old = new SessionHarness().live().error('INVALID_MESSAGE').receive('Pong').close(1012, 'The server is shutting down');
    assert.deepEqual([old.state.error.code, old.state.error.detail], ['UNAVAILABLE', 'The server is shutting down']);
  });

  it('never once it is stopped', () => {
    const harness = new SessionHarness().live();
    const sent = harness.close(1006).send('Ping');
    harness.session.stop();
    assert.deepEqual(harness.state, { name: 'closed' });
    assert.equal(sent.outcome, 'CLOSED');
    assert.equal(harness.send('Ping').outcome, 'CLOSED');
    harness.advance(1e6).close(1006).session.onOnline(harness.now);
    assert.deepEqual(harness.state, { name: 'closed' });
    assert.equal(harness.session.deadline(harness.now), undefined);
  });
});

describe('its heart beats', () => {
  it('when nothing was heard for a while', () => {
    const harness = new SessionHarness().live().advance(19_999);
    assert.deepEqual(transmitted(harness), []);
    harness.advance(1);
    assert.deepEqual(transmitted(harness), ['Ping']);
    harness.receive('Pong').advance(20_000);
    assert.deepEqual(transmitted(harness), ['Ping']);
  });

  it('and a server that does not answer is given up', () => {
    const harness = new SessionHarness().live().advance(29_999);
    assert.equal(harness.state.name, 'live');
    harness.advance(1);
    assert.equal(harness.state.name, 'waiting');
    assert.ok(harness.takeActions('disconnect').length > 0);
  });

  it('but not one that is busy with events', () => {
    const harness = new SessionHarness().live().advance(20_000);
    for (let number = 1; number < 20; number += 1) harness.advance(5_000).receive('UserOnline', { user_id: 'u', username: 'anna' });
    assert.equal(harness.state.name, 'live');
  });

  it('also after a sleep of the whole machine', () => {
    const harness = new SessionHarness().live();
    harness.now += 3_600_000;
    harness.session.onTime(harness.now);
    assert.deepEqual(transmitted(harness), ['Ping']);
    harness.advance(10_000);
    assert.equal(harness.state.name, 'waiting');
  });

  it('and it answers the Ping of the other side', () => {
    assert.deepEqual(transmitted(new SessionHarness().live().receive('Ping')), ['Pong']);
  });
});

describe('its token', () => {
  const brief = (harness) => ({ access_token: 't1', refresh_token: 'r1', refresh_at: harness.now + 60_000 });

  it('is renewed on the living connection, before it ends', () => {
    const harness = new SessionHarness({ pingInterval: 1e9 });
    harness.live(brief(harness)).advance(60_000);
    assert.deepEqual(harness.takeActions(), [['requestTokens', undefined]]);
    harness.credential({ access_token: 't2', refresh_token: 'r2', refresh_at: harness.now + 60_000 });
    assert.deepEqual(harness.takeActions(), [['transmit', { type: 'Authenticate', data: { token: 't2' } }]]);
    harness.receive('AuthenticationResult', { success: true, message: '' });
    harness.advance(60_000);
    assert.deepEqual(harness.takeActions(), [['requestTokens', undefined]]);
    assert.equal(harness.state.name, 'live');
  });

  it('is asked for again when it could not be renewed', () => {
    const harness = new SessionHarness({ pingInterval: 1e9 });
    harness.live(brief(harness)).advance(60_000);
    harness.takeActions();
    harness.session.onCredentialError(Object.assign(new Error('later'), { code: 'UNAVAILABLE', retryAfter: 2 }), harness.now);
    harness.advance(2_499);
    assert.deepEqual(harness.takeActions(), []);
    harness.advance(1);
    assert.deepEqual(harness.takeActions(), [['requestTokens', undefined]]);
  });

  it('is renewed when the server says that it has ended', () => {
    const harness = new SessionHarness().live().error('INVALID_TOKEN');
    assert.deepEqual(harness.takeActions(), [['requestTokens', 't1']]);
    harness.credential({ access_token: 't2' });
    assert.deepEqual(transmitted(harness), ['Authenticate']);
  });

  it('goes again when there were too many messages, or the server could not look at it', () => {
    for (const code of ['RATE_LIMITED', 'INTERNAL_ERROR']) {
      const harness = new SessionHarness().live().error('INVALID_TOKEN').credential({ access_token: 't2' });
      assert.deepEqual(transmitted(harness), ['Authenticate']);
      harness.error(code).advance(1000);
      assert.deepEqual(transmitted(harness), ['Authenticate']);
    }
  });

  it('that the server refuses is traded for another one, once', () => {
    const harness = new SessionHarness().start().open();
    harness.receive('AuthenticationResult', { success: false, message: 'expired' }).error('INVALID_TOKEN').close(4401);
    harness.takeActions();
    harness.advance(500);
    assert.deepEqual(harness.takeActions(), [['requestTokens', 't1']]);
    harness.credential({ access_token: 't2' }).open().receive('AuthenticationResult', { success: false, message: 'expired' });
    assert.equal(harness.state.name, 'closed');
    assert.equal(harness.state.error.code, 'INVALID_TOKEN');
  });

  it('that the server refuses is the end where there is no other', () => {
    const harness = new SessionHarness().live().close(4401).advance(500).credential(null);
    assert.equal(harness.state.name, 'closed');
    assert.equal(harness.state.error.code, 'INVALID_TOKEN');
  });

  it('of another user wants another connection', () => {
    const harness = new SessionHarness().live().error('INVALID_TOKEN').credential({ access_token: 'somebody else' });
    harness.receive('AuthenticationResult', { success: false, message: 'This connection belongs to another user' });
    assert.equal(harness.state.name, 'waiting');
  });

  it('that is gone ends it: nobody is signed in any more', () => {
    const harness = new SessionHarness().live().error('INVALID_TOKEN').credential(null);
    assert.equal(harness.state.name, 'closed');
  });
});

describe('nonsense', () => {
  for (const text of [
    '',
    'x',
    '1',
    'null',
    '[]',
    '{"type":1}',
    '{"type":"FileUploaded"}',
    '{"type":"FileUploaded","data":{"file_id":1}}',
    '{"type":"Error","data":{}}',
    '{"type":"FileDeleted","data":{"file_id":"f","filename":"a"},"id":7}',
  ]) {
    it(`is told and harms nothing: ${text}`, () => {
      const harness = new SessionHarness().live().receiveText(text);
      assert.deepEqual(harness.delivered.at(-1).data.code, 'INVALID_MESSAGE');
      assert.equal(harness.state.name, 'live');
      assert.equal(harness.session.cursor, 'c0');
    });
  }

  for (const text of ['{"type":"Tomorrow","data":{}}', '{"type":"toString"}', '{"type":"__proto__"}', '{"type":"Pong","x":1}']) {
    it(`is not what we do not know yet: ${text}`, () => {
      const harness = new SessionHarness().live();
      harness.delivered = [];
      harness.receiveText(text);
      assert.deepEqual(harness.delivered, []);
    });
  }
});
