import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { event, SessionHarness } from './support/session-harness.js';

describe('each event is seen once', () => {
  const seen = (harness) => harness.delivered.filter(({ type }) => type !== 'Resumed').map(({ id, missed }) => [id, missed]);

  it('what was missed first, marked as such', () => {
    const harness = new SessionHarness({ since: 'start' }).start().open().receive('AuthenticationResult', { success: true, message: '' });
    for (const text of [event(1), event(2)]) harness.receiveText(JSON.stringify(text));
    harness.resumed({ replayed: 2, cursor: 'c2' }).receiveText(JSON.stringify(event(3)));
    assert.deepEqual(seen(harness), [
      ['c1', true],
      ['c2', true],
      ['c3', false],
    ]);
  });

  it('and the next connection goes on from there', () => {
    const harness = new SessionHarness()
      .live()
      .receiveText(JSON.stringify(event(5)))
      .close(1006);
    harness.advance(500).credential({ access_token: 't1' });
    assert.deepEqual(harness.takeActions('connect'), [['connect', 'c5', 't1']]);
  });

  it('from the place that Resumed names, where no event came', () => {
    const harness = new SessionHarness().live().close(1006).advance(500).credential({ access_token: 't1' });
    assert.deepEqual(harness.takeActions('connect'), [['connect', 'c0', 't1']]);
  });

  it('also when the server sends it twice', () => {
    const harness = new SessionHarness().live();
    for (const text of [event(1), event(1), event(2), event(1)]) harness.receiveText(JSON.stringify(text));
    assert.deepEqual(seen(harness), [
      ['c1', false],
      ['c2', false],
    ]);
    assert.equal(harness.session.cursor, 'c2');
  });

  it('but two events may have one place: what is in the streams of others alone', () => {
    const harness = new SessionHarness().live();
    for (const text of [event(1), event(2, { id: 'c1' })]) harness.receiveText(JSON.stringify(text));
    assert.deepEqual(seen(harness), [
      ['c1', false],
      ['c1', false],
    ]);
  });

  it('and where some are lost, that is told', () => {
    const harness = new SessionHarness().live().close(1006).advance(500).credential({ access_token: 't1' });
    harness.open().receive('AuthenticationResult', { success: true, message: '' }).resumed({ complete: false, cursor: 'c9' });
    assert.deepEqual(harness.delivered.at(-1), { type: 'Resumed', data: { replayed: 0, complete: false, cursor: 'c9' } });
    assert.equal(harness.session.cursor, 'c9');
  });
});
