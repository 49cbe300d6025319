import assert from 'node:assert/strict';
import { it } from 'node:test';
import { coalesceByKey } from './coalesce';
import { mockTimers, settled } from './test-support';

it('runs at once, and once more for all calls that arrive meanwhile', async (test) => {
  const timers = mockTimers(test);
  const runs: string[] = [];
  const read = coalesceByKey(async (key) => runs.push(key), 500);
  for (let call = 0; call < 100; ++call) read('a');
  read('b');
  assert.deepEqual(runs, ['a', 'b']);
  await settled();
  await timers.tick(500);
  assert.deepEqual(runs, ['a', 'b', 'a']);
  await timers.tick(500);
  assert.equal(runs.length, 3);
  read('a');
  assert.equal(runs.length, 4);
});

it('never runs twice at a time for one key, and goes on after a failure', async (test) => {
  const timers = mockTimers(test);
  let running = 0;
  let runs = 0;
  const finish: (() => void)[] = [];
  const read = coalesceByKey(async () => {
    assert.equal(++running, 1);
    await new Promise<void>((done) => finish.push(done));
    running--;
    if (++runs === 1) throw new Error('unreachable');
  }, 500);
  read('a');
  read('a');
  await timers.tick(500);
  assert.equal(finish.length, 1);
  finish[0]!();
  await settled();
  assert.deepEqual([runs, finish.length], [1, 2]);
  finish[1]!();
  await settled();
  assert.equal(runs, 2);
});
