import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { event, Stage } from './support/stage.js';

describe('each event is seen once', () => {
  const seen = (stage) => stage.told.filter(({ type }) => type !== 'Resumed').map(({ id, missed }) => [id, missed]);

  it('what was missed first, marked as such', () => {
    const stage = new Stage({ since: 'start' }).start().open().hear('AuthenticationResult', { success: true, message: '' });
    for (const text of [event(1), event(2)]) stage.hearText(JSON.stringify(text));
    stage.resumed({ replayed: 2, cursor: 'c2' }).hearText(JSON.stringify(event(3)));
    assert.deepEqual(seen(stage), [['c1', true], ['c2', true], ['c3', false]]);
  });

  it('and the next connection goes on from there', () => {
    const stage = new Stage().live().hearText(JSON.stringify(event(5))).close(1006);
    stage.pass(500).credential({ access_token: 't1' });
    assert.deepEqual(stage.did('connect'), [['connect', 'c5', 't1']]);
  });

  it('from the place that Resumed names, where no event came', () => {
    const stage = new Stage().live().close(1006).pass(500).credential({ access_token: 't1' });
    assert.deepEqual(stage.did('connect'), [['connect', 'c0', 't1']]);
  });

  it('also when the server sends it twice', () => {
    const stage = new Stage().live();
    for (const text of [event(1), event(1), event(2), event(1)]) stage.hearText(JSON.stringify(text));
    assert.deepEqual(seen(stage), [['c1', false], ['c2', false]]);
    assert.equal(stage.session.cursor, 'c2');
  });

  it('but two events may have one place: what is in the streams of others alone', () => {
    const stage = new Stage().live();
    for (const text of [event(1), event(2, { id: 'c1' })]) stage.hearText(JSON.stringify(text));
    assert.deepEqual(seen(stage), [['c1', false], ['c1', false]]);
  });

  it('and where some are lost, that is told', () => {
    const stage = new Stage().live().close(1006).pass(500).credential({ access_token: 't1' });
    stage.open().hear('AuthenticationResult', { success: true, message: '' }).resumed({ complete: false, cursor: 'c9' });
    assert.deepEqual(stage.told.at(-1), { type: 'Resumed', data: { replayed: 0, complete: false, cursor: 'c9' } });
    assert.equal(stage.session.cursor, 'c9');
  });
});
