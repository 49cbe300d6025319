import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Stage } from './support/stage.js';

const transmitted = (stage) => stage.did('transmit').map(([, message]) => message.type);

describe('what the application sends', () => {
  it('is done when the server has answered', () => {
    const stage = new Stage().live();
    const sent = stage.send('Ping');
    assert.equal(sent.outcome, 'pending');
    stage.hear('Pong');
    assert.equal(sent.outcome, 'done');
  });

  it('waits for the connection and for being signed in', () => {
    const stage = new Stage();
    const sent = stage.send('Ping');
    stage.start().open();
    assert.deepEqual(transmitted(stage), []);
    stage.hear('AuthenticationResult', { success: true, message: '' });
    assert.deepEqual(transmitted(stage), ['Ping']);
    stage.hear('Pong');
    assert.equal(sent.outcome, 'done');
  });

  it('goes again, in order, when the connection broke before the answer', () => {
    const stage = new Stage().live();
    const sent = ['One', 'Two'].map((type) => stage.send(type));
    assert.deepEqual(transmitted(stage), ['One', 'Ping']);
    stage.close(1006).pass(500).credential({ access_token: 't1' }).open();
    assert.deepEqual(transmitted(stage), []);
    stage.hear('AuthenticationResult', { success: true, message: '' });
    assert.deepEqual(transmitted(stage), ['One', 'Ping']);
    stage.hear('Pong');
    assert.deepEqual(transmitted(stage), ['Two', 'Ping']);
    stage.hear('Pong');
    assert.deepEqual(sent.map(({ outcome }) => outcome), ['done', 'done']);
  });

  it('may wait in a queue that has an end', () => {
    const stage = new Stage();
    const sent = Array.from({ length: 5 }, () => stage.send('Ping'));
    assert.deepEqual(sent.map(({ outcome }) => outcome), ['pending', 'pending', 'pending', 'QUEUE_FULL', 'QUEUE_FULL']);
  });

  it('goes again, later, when it was too much', () => {
    const stage = new Stage().live();
    const [one, two] = [stage.send('Ping'), stage.send('Pong')];
    assert.deepEqual(transmitted(stage), ['Ping']);
    stage.error('RATE_LIMITED').pass(999);
    assert.deepEqual(transmitted(stage), []);
    stage.pass(1);
    assert.deepEqual(transmitted(stage), ['Ping']);
    stage.hear('Pong');
    assert.equal(one.outcome, 'done');
    stage.pass(1000);
    assert.deepEqual(transmitted(stage), ['Pong', 'Ping']);
    stage.error('RATE_LIMITED').pass(1000);
    assert.deepEqual(transmitted(stage), ['Pong', 'Ping']);
    stage.hear('Pong');
    assert.equal(two.outcome, 'done');
  });

  it('goes no faster than agreed', () => {
    const stage = new Stage({ queueLimit: 100 }).live();
    const times = [];
    for (let number = 0; number < 30; number += 1) stage.send('Ping');
    for (let time = 0; time < 3000; time += 10) {
      for (let sent = transmitted(stage); sent.length > 0; sent = transmitted(stage)) {
        times.push(...sent.map(() => time));
        stage.hear('Pong');
      }
      stage.pass(10);
    }
    const within = (start) => times.filter((time) => time >= start && time < start + 1000).length;
    assert.ok(times.length === 30 && within(0) <= 5 + 10 && within(1000) <= 11, JSON.stringify(times));
  });

  it('fails when the server does not know it, and it alone', () => {
    const stage = new Stage().live();
    const [one, two] = [stage.send('Nonsense'), stage.send('Ping')];
    stage.error('INVALID_MESSAGE');
    assert.equal(one.outcome, 'INVALID_MESSAGE');
    assert.equal(two.outcome, 'pending');
    stage.hear('Pong').hear('Pong');
    assert.equal(two.outcome, 'done');
  });

  it('fails when the server says that it broke', () => {
    const stage = new Stage().live();
    const sent = stage.send('Anything');
    assert.equal(stage.error('INTERNAL_ERROR') && sent.outcome, 'INTERNAL_ERROR');
  });

  it('fails when there will be no connection any more', () => {
    const stage = new Stage().live('cookie');
    const sent = stage.send('Ping');
    stage.close(4401);
    assert.equal(sent.outcome, 'INVALID_TOKEN');
  });
});
