import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { closeCodes } from '../dist/index.js';
import { Stage } from './support/stage.js';

const transmitted = (stage) => stage.did('transmit').map(([, message]) => message.type);

describe('it connects', () => {
  it('with a token, from now on', () => {
    const stage = new Stage();
    stage.start();
    assert.deepEqual(stage.did(), [['ask', undefined], ['connect', 'now', 't1']]);
    stage.open();
    assert.equal(stage.state.name, 'connecting');
    stage.hear('AuthenticationResult', { success: true, message: '' });
    assert.equal(stage.state.name, 'catching up');
    stage.resumed();
    assert.equal(stage.state.name, 'live');
  });

  it('as nobody, who has no stream to go on with', () => {
    const stage = new Stage().start(null).open();
    assert.deepEqual(stage.did('connect'), [['connect', undefined, undefined]]);
    assert.equal(stage.state.name, 'live');
  });

  it('by a cookie, which may be there or not', () => {
    const stage = new Stage().start('cookie').open();
    assert.deepEqual(stage.did('connect'), [['connect', 'now', undefined]]);
    stage.error('AUTHENTICATION_REQUIRED');
    assert.equal(stage.state.name, 'closed');
    assert.equal(stage.state.error.code, 'AUTHENTICATION_REQUIRED');
  });

  it('to a share without anybody being signed in', () => {
    const stage = new Stage({ share: 'token' }).start('cookie').open().error('AUTHENTICATION_REQUIRED');
    assert.equal(stage.state.name, 'live');
  });

  it('from where an earlier run was', () => {
    const stage = new Stage({ since: 'start' });
    stage.session.goOnFrom('c7');
    stage.start();
    assert.deepEqual(stage.did('connect'), [['connect', 'c7', 't1']]);
  });

  it('and gives up on a server that does not answer', () => {
    for (const silent of [(stage) => stage, (stage) => stage.open()]) {
      const stage = silent(new Stage().start());
      stage.pass(9_999);
      assert.equal(stage.state.name, 'connecting');
      stage.pass(1);
      assert.equal(stage.state.name, 'waiting');
      assert.equal(stage.state.error.code, 'NETWORK');
      assert.equal(stage.did('disconnect').length, 1);
    }
  });

  it('and gives up on tokens that do not come', () => {
    const stage = new Stage();
    stage.session.start(stage.now);
    stage.pass(20_000);
    assert.equal(stage.state.name, 'waiting');
  });
});

describe('it comes back', () => {
  for (const [code, { name, retry }] of Object.entries(closeCodes)) {
    it(`${retry ? '' : 'not '}after ${code} ${name}`, () => {
      const stage = new Stage().live('cookie').close(Number(code));
      assert.equal(stage.state.name, retry ? 'waiting' : 'closed');
      stage.pass(100_000);
      assert.equal(stage.did('ask').length > 0, retry);
    });
  }

  it('after codes that nobody knows, and after none', () => {
    for (const code of [1005, 1006, 1014, 1015, 3000, 4000, 4999]) assert.equal(new Stage().live().close(code).state.name, 'waiting');
  });

  it('later and later, up to a bound', () => {
    const stage = new Stage().live();
    const delays = [];
    for (let attempt = 0; attempt < 7; attempt += 1) {
      stage.close(1006);
      delays.push(stage.state.until - stage.now);
      stage.pass(delays.at(-1)).credential({ access_token: 't1' });
    }
    assert.deepEqual(delays, [500, 1000, 2000, 4000, 8000, 8000, 8000]);
  });

  it('at any time before that bound, so that not all come at once', () => {
    const delay = (chance) => {
      const stage = new Stage({}, { random: () => chance }).live().close(1006);
      return stage.state.until - stage.now;
    };
    assert.deepEqual([0, 0.1, 0.5, 0.999].map(delay), [0, 50, 250, 499.5]);
  });

  it('soon again when a connection was good for a while, and not when it was not', () => {
    for (const [lasted, delay] of [[9_999, 2000], [10_000, 500]]) {
      const stage = new Stage().live().close(1006);
      stage.pass(500).credential({ access_token: 't1' }).close(1006);
      stage.pass(1000).credential({ access_token: 't1' });
      stage.open().hear('AuthenticationResult', { success: true, message: '' });
      stage.now += lasted;
      stage.close(1006);
      assert.equal(stage.state.until - stage.now, delay);
    }
  });

  it('not before the time that the server tells', () => {
    const until = (stage) => stage.state.until - stage.now;
    assert.equal(until(new Stage().live().close(1012, 'The server restarts; retry in 7.250 s')), 7_750);
    assert.equal(until(new Stage().live().close(1013, 'Busy; retry in 3 s')), 3_500);
    assert.equal(until(new Stage().start().close(1006, 'The server answered 503', 30)), 30_500);
    const busy = new Stage();
    busy.session.start(busy.now);
    busy.session.onNoCredential(Object.assign(new Error('busy'), { code: 'RATE_LIMITED', retryAfter: 12 }), busy.now);
    assert.equal(until(busy), 12_500);
  });

  it('at once when the network is back, but not before the time that the server told', () => {
    const stage = new Stage().live().close(1006);
    stage.session.onOnline(stage.now);
    assert.equal(stage.state.name, 'connecting');
    const told = new Stage().live().close(1012, 'retry in 7 s');
    told.session.onOnline(told.now);
    assert.equal(told.state.name, 'waiting');
    told.pass(7_000);
    assert.equal(told.state.name, 'connecting');
  });

  it('at once when the network goes away, without waiting for silence', () => {
    const stage = new Stage().live();
    stage.session.onOffline(stage.now);
    assert.equal(stage.state.name, 'waiting');
    assert.equal(stage.state.error.code, 'NETWORK');
    const { until } = stage.state;
    stage.session.onOffline(stage.now);
    assert.equal(stage.state.until, until);
    stage.pass(until - stage.now);
    assert.equal(stage.state.name, 'connecting');
  });

  it('and says why it is gone, in the words of the server', () => {
    const limited = new Stage().start().open().error('CONNECTION_LIMIT').close(1013, 'Too many connections');
    assert.deepEqual([limited.state.error.code, limited.state.error.detail], ['CONNECTION_LIMIT', 'about CONNECTION_LIMIT']);
    const old = new Stage().live().error('INVALID_MESSAGE').hear('Pong').close(1012, 'The server stops');
    assert.deepEqual([old.state.error.code, old.state.error.detail], ['UNAVAILABLE', 'The server stops']);
  });

  it('never once it is stopped', () => {
    const stage = new Stage().live();
    const sent = stage.close(1006).send('Ping');
    stage.session.stop();
    assert.deepEqual(stage.state, { name: 'closed' });
    assert.equal(sent.outcome, 'CLOSED');
    assert.equal(stage.send('Ping').outcome, 'CLOSED');
    stage.pass(1e6).close(1006).session.onOnline(stage.now);
    assert.deepEqual(stage.state, { name: 'closed' });
    assert.equal(stage.session.deadline(stage.now), undefined);
  });
});

describe('its heart beats', () => {
  it('when nothing was heard for a while', () => {
    const stage = new Stage().live().pass(19_999);
    assert.deepEqual(transmitted(stage), []);
    stage.pass(1);
    assert.deepEqual(transmitted(stage), ['Ping']);
    stage.hear('Pong').pass(20_000);
    assert.deepEqual(transmitted(stage), ['Ping']);
  });

  it('and a server that does not answer is given up', () => {
    const stage = new Stage().live().pass(29_999);
    assert.equal(stage.state.name, 'live');
    stage.pass(1);
    assert.equal(stage.state.name, 'waiting');
    assert.ok(stage.did('disconnect').length > 0);
  });

  it('but not one that is busy with events', () => {
    const stage = new Stage().live().pass(20_000);
    for (let number = 1; number < 20; number += 1) stage.pass(5_000).hear('UserOnline', { user_id: 'u', username: 'anna' });
    assert.equal(stage.state.name, 'live');
  });

  it('also after a sleep of the whole machine', () => {
    const stage = new Stage().live();
    stage.now += 3_600_000;
    stage.session.onTime(stage.now);
    assert.deepEqual(transmitted(stage), ['Ping']);
    stage.pass(10_000);
    assert.equal(stage.state.name, 'waiting');
  });

  it('and it answers the Ping of the other side', () => {
    assert.deepEqual(transmitted(new Stage().live().hear('Ping')), ['Pong']);
  });
});

describe('its token', () => {
  const brief = (stage) => ({ access_token: 't1', refresh_token: 'r1', refresh_at: stage.now + 60_000 });

  it('is renewed on the living connection, before it ends', () => {
    const stage = new Stage({ pingInterval: 1e9 });
    stage.live(brief(stage)).pass(60_000);
    assert.deepEqual(stage.did(), [['ask', undefined]]);
    stage.credential({ access_token: 't2', refresh_token: 'r2', refresh_at: stage.now + 60_000 });
    assert.deepEqual(stage.did(), [['transmit', { type: 'Authenticate', data: { token: 't2' } }]]);
    stage.hear('AuthenticationResult', { success: true, message: '' });
    stage.pass(60_000);
    assert.deepEqual(stage.did(), [['ask', undefined]]);
    assert.equal(stage.state.name, 'live');
  });

  it('is asked for again when it could not be renewed', () => {
    const stage = new Stage({ pingInterval: 1e9 });
    stage.live(brief(stage)).pass(60_000);
    stage.did();
    stage.session.onNoCredential(Object.assign(new Error('later'), { code: 'UNAVAILABLE', retryAfter: 2 }), stage.now);
    stage.pass(2_499);
    assert.deepEqual(stage.did(), []);
    stage.pass(1);
    assert.deepEqual(stage.did(), [['ask', undefined]]);
  });

  it('is renewed when the server says that it has ended', () => {
    const stage = new Stage().live().error('INVALID_TOKEN');
    assert.deepEqual(stage.did(), [['ask', 't1']]);
    stage.credential({ access_token: 't2' });
    assert.deepEqual(transmitted(stage), ['Authenticate']);
  });

  it('goes again when there were too many messages, or the server could not look at it', () => {
    for (const code of ['RATE_LIMITED', 'INTERNAL_ERROR']) {
      const stage = new Stage().live().error('INVALID_TOKEN').credential({ access_token: 't2' });
      assert.deepEqual(transmitted(stage), ['Authenticate']);
      stage.error(code).pass(1000);
      assert.deepEqual(transmitted(stage), ['Authenticate']);
    }
  });

  it('that the server refuses is traded for another one, once', () => {
    const stage = new Stage().start().open();
    stage.hear('AuthenticationResult', { success: false, message: 'expired' }).error('INVALID_TOKEN').close(4401);
    stage.did();
    stage.pass(500);
    assert.deepEqual(stage.did(), [['ask', 't1']]);
    stage.credential({ access_token: 't2' }).open().hear('AuthenticationResult', { success: false, message: 'expired' });
    assert.equal(stage.state.name, 'closed');
    assert.equal(stage.state.error.code, 'INVALID_TOKEN');
  });

  it('that the server refuses is the end where there is no other', () => {
    const stage = new Stage().live().close(4401).pass(500).credential(null);
    assert.equal(stage.state.name, 'closed');
    assert.equal(stage.state.error.code, 'INVALID_TOKEN');
  });

  it('of another user wants another connection', () => {
    const stage = new Stage().live().error('INVALID_TOKEN').credential({ access_token: 'somebody else' });
    stage.hear('AuthenticationResult', { success: false, message: 'This connection belongs to another user' });
    assert.equal(stage.state.name, 'waiting');
  });

  it('that is gone ends it: nobody is signed in any more', () => {
    const stage = new Stage().live().error('INVALID_TOKEN').credential(null);
    assert.equal(stage.state.name, 'closed');
  });
});

describe('nonsense', () => {
  for (const text of ['', 'x', '1', 'null', '[]', '{"type":1}', '{"type":"FileUploaded"}', '{"type":"FileUploaded","data":{"file_id":1}}',
    '{"type":"Error","data":{}}', '{"type":"FileDeleted","data":{"file_id":"f","filename":"a"},"id":7}']) {
    it(`is told and harms nothing: ${text}`, () => {
      const stage = new Stage().live().hearText(text);
      assert.deepEqual(stage.told.at(-1).data.code, 'INVALID_MESSAGE');
      assert.equal(stage.state.name, 'live');
      assert.equal(stage.session.cursor, 'c0');
    });
  }

  for (const text of ['{"type":"Tomorrow","data":{}}', '{"type":"toString"}', '{"type":"__proto__"}', '{"type":"Pong","x":1}']) {
    it(`is not what we do not know yet: ${text}`, () => {
      const stage = new Stage().live();
      stage.told = [];
      stage.hearText(text);
      assert.deepEqual(stage.told, []);
    });
  }
});
