import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SessionHarness } from './support/session-harness.js';

const transmitted = (harness) => harness.takeActions('transmit').map(([, message]) => message.type);

describe('what the application sends', () => {
  it('is done when the server has answered', () => {
    const harness = new SessionHarness().live();
    const sent = harness.send('Ping');
    assert.equal(sent.outcome, 'pending');
    harness.receive('Pong');
    assert.equal(sent.outcome, 'done');
  });

  it('waits for the connection and for being signed in', () => {
    const harness = new SessionHarness();
    const sent = harness.send('Ping');
    harness.start().open();
    assert.deepEqual(transmitted(harness), []);
    harness.receive('AuthenticationResult', { success: true, message: '' });
    assert.deepEqual(transmitted(harness), ['Ping']);
    harness.receive('Pong');
    assert.equal(sent.outcome, 'done');
  });

  it('goes again, in order, when the connection broke before the answer', () => {
    const harness = new SessionHarness().live();
    const sent = ['One', 'Two'].map((type) => harness.send(type));
    assert.deepEqual(transmitted(harness), ['One', 'Ping']);
    harness.close(1006).advance(500).credential({ access_token: 't1' }).open();
    assert.deepEqual(transmitted(harness), []);
    harness.receive('AuthenticationResult', { success: true, message: '' });
    assert.deepEqual(transmitted(harness), ['One', 'Ping']);
    harness.receive('Pong');
    assert.deepEqual(transmitted(harness), ['Two', 'Ping']);
    harness.receive('Pong');
    assert.deepEqual(
      sent.map(({ outcome }) => outcome),
      ['done', 'done'],
    );
  });

  it('may wait in a queue that has an end', () => {
    const harness = new SessionHarness();
    const sent = Array.from({ length: 5 }, () => harness.send('Ping'));
    assert.deepEqual(
      sent.map(({ outcome }) => outcome),
      ['pending', 'pending', 'pending', 'QUEUE_FULL', 'QUEUE_FULL'],
    );
  });

  it('goes again, later, when it was too much', () => {
    const harness = new SessionHarness().live();
    const [one, two] = [harness.send('Ping'), harness.send('Pong')];
    assert.deepEqual(transmitted(harness), ['Ping']);
    harness.error('RATE_LIMITED').advance(999);
    assert.deepEqual(transmitted(harness), []);
    harness.advance(1);
    assert.deepEqual(transmitted(harness), ['Ping']);
    harness.receive('Pong');
    assert.equal(one.outcome, 'done');
    harness.advance(1000);
    assert.deepEqual(transmitted(harness), ['Pong', 'Ping']);
    harness.error('RATE_LIMITED').advance(1000);
    assert.deepEqual(transmitted(harness), ['Pong', 'Ping']);
    harness.receive('Pong');
    assert.equal(two.outcome, 'done');
  });

  it('goes no faster than agreed', () => {
    const harness = new SessionHarness({ queueLimit: 100 }).live();
    const times = [];
    for (let number = 0; number < 30; number += 1) harness.send('Ping');
    for (let time = 0; time < 3000; time += 10) {
      for (let sent = transmitted(harness); sent.length > 0; sent = transmitted(harness)) {
        times.push(...sent.map(() => time));
        harness.receive('Pong');
      }
      harness.advance(10);
    }
    const within = (start) => times.filter((time) => time >= start && time < start + 1000).length;
    assert.ok(times.length === 30 && within(0) <= 5 + 10 && within(1000) <= 11, JSON.stringify(times));
  });

  it('fails when the server does not know it, and it alone', () => {
    const harness = new SessionHarness().live();
    const [one, two] = [harness.send('Nonsense'), harness.send('Ping')];
    harness.error('INVALID_MESSAGE');
    assert.equal(one.outcome, 'INVALID_MESSAGE');
    assert.equal(two.outcome, 'pending');
    harness.receive('Pong').receive('Pong');
    assert.equal(two.outcome, 'done');
  });

  it('fails when the server says that it broke', () => {
    const harness = new SessionHarness().live();
    const sent = harness.send('Anything');
    assert.equal(harness.error('INTERNAL_ERROR') && sent.outcome, 'INTERNAL_ERROR');
  });

  it('fails when there will be no connection any more', () => {
    const harness = new SessionHarness().live('cookie');
    const sent = harness.send('Ping');
    harness.close(4401);
    assert.equal(sent.outcome, 'INVALID_TOKEN');
  });
});
