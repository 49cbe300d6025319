// The live channel against the real server, with crashes, stalls and restarts.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KingShare, MemoryTokens } from '../dist/index.js';
import { Server } from './support/server.js';
import { LiveRecorder } from './support/live-recorder.js';
import { FaultyProxy } from './support/faulty-proxy.js';
import { scaled } from './support/timeouts.js';

const quick = { minRetryDelay: 20, maxRetryDelay: 100 };
const numbered = (count, from = 0) => Array.from({ length: count }, (_, number) => `${from + number}.txt`);

async function upload(ks, names) {
  for (const filename of names) await ks.files.upload('hello', { filename });
}

/** A CursorStore that outlives a Live. */
function memoryCursor() {
  const store = {
    cursor: null,
    saved: 0,
    load: () => store.cursor,
    save: (cursor) => {
      store.cursor = cursor;
      store.saved += 1;
    },
  };
  return store;
}

describe('nothing is missed and nothing comes twice', { concurrency: 2 }, () => {
  it('when the server is killed, again and again', async (test) => {
    const server = await Server.start(test);
    const anna = await server.user();
    const recorder = new LiveRecorder(test, anna.live(quick));
    await recorder.state('live');
    for (let round = 0; round < 4; round += 1) {
      await upload(anna, numbered(5, 5 * round));
      await server.kill();
      await recorder.state('waiting');
      await server.start();
    }
    await upload(anna, numbered(5, 20));
    assert.deepEqual(await recorder.untilUploaded(...numbered(25)), numbered(25));
    assert.ok(recorder.resumed.length >= 2 && recorder.resumed.every(({ complete }) => complete));
  });

  it('when it is restarted, and that is told', async (test) => {
    const server = await Server.start(test);
    const anna = await server.user();
    const recorder = new LiveRecorder(test, anna.live(quick));
    await recorder.state('live');
    await server.stop();
    await recorder.state('waiting');
    const { error } = recorder.states.find(({ name }) => name === 'waiting');
    assert.equal(error.code, 'UNAVAILABLE');
    await server.start();
    await recorder.state('live');
    await upload(anna, ['a.txt']);
    assert.deepEqual(await recorder.untilUploaded('a.txt'), ['a.txt']);
  });

  it('when it stalls', async (test) => {
    const server = await Server.start(test);
    const anna = await server.user();
    const recorder = new LiveRecorder(test, anna.live({ ...quick, pingInterval: scaled(100), timeout: scaled(300) }));
    await recorder.state('live');
    await upload(anna, ['before.txt']);
    server.stall();
    await recorder.state('waiting');
    server.resume();
    await upload(anna, ['after.txt']);
    assert.deepEqual(await recorder.untilUploaded('after.txt'), ['before.txt', 'after.txt']);
  });

  it('when the network stalls, breaks, and breaks again', async (test) => {
    const server = await Server.start(test);
    const proxy = await FaultyProxy.start(test, server);
    const tokens = new MemoryTokens();
    const anna = await server.user('anna', { tokens });
    const far = new KingShare({ url: proxy.url, credentials: tokens });
    const recorder = new LiveRecorder(test, far.live({ ...quick, pingInterval: scaled(100), timeout: scaled(300) }));
    await recorder.state('live');
    proxy.stall();
    await upload(anna, numbered(3));
    await recorder.state('waiting');
    proxy.resume();
    await recorder.untilUploaded(...numbered(3));
    for (let round = 1; round <= 10; round += 1) {
      proxy.cut();
      await upload(anna, numbered(3, 3 * round));
    }
    assert.deepEqual(await recorder.untilUploaded(...numbered(33)), numbered(33));
  });

  it('when another process goes on', async (test) => {
    const server = await Server.start(test);
    const anna = await server.user();
    const cursor = memoryCursor();
    const first = new LiveRecorder(test, anna.live({ ...quick, cursor }));
    await first.state('live');
    await upload(anna, numbered(3));
    await first.untilUploaded(...numbered(3));
    first.live.close();
    await upload(anna, numbered(3, 3));
    const second = new LiveRecorder(test, anna.live({ ...quick, cursor }));
    await second.untilUploaded(...numbered(3, 3));
    await second.state('live');
    await upload(anna, ['6.txt']);
    assert.deepEqual(await second.untilUploaded('6.txt'), numbered(4, 3));
    const missed = second.events.filter(({ type }) => type === 'FileUploaded').map(({ missed }) => missed);
    assert.deepEqual(missed, [true, true, true, false]);
    assert.equal(second.resumed[0].replayed, 3);
    assert.ok(cursor.saved > 0);
  });

  it('and where it cannot be so, that is told', async (test) => {
    const server = await Server.start(test, { 'realtime.journal_events_per_user': 2 });
    const [anna, ben] = [await server.user('anna'), await server.user('ben')];
    const cursor = memoryCursor();
    const his = new LiveRecorder(test, ben.live({ ...quick, cursor }));
    await his.state('live');
    his.live.close();
    const hers = new LiveRecorder(test, anna.live({ ...quick, cursor }));
    await hers.state('live');
    assert.equal(hers.resumed[0].complete, false);
    await upload(anna, ['a.txt']);
    assert.deepEqual(await hers.untilUploaded('a.txt'), ['a.txt']);
  });
});

describe('the connection', { concurrency: 2 }, () => {
  it('outlives the token', async (test) => {
    const server = await Server.start(test, { 'auth.access_token_ttl': `${scaled(2000)}ms` });
    const proxy = await FaultyProxy.start(test, server);
    const tokens = new MemoryTokens();
    const anna = await server.user('anna', { tokens });
    const first = tokens.load().access_token;
    const far = new KingShare({ url: proxy.url, credentials: tokens });
    const recorder = new LiveRecorder(test, far.live(quick));
    await recorder.state('live');
    const began = Date.now();
    for (let number = 0; Date.now() - began < scaled(4500); number += 1) {
      await upload(anna, [`${number}.txt`]);
      await recorder.untilUploaded(`${number}.txt`);
      await recorder.live.send({ type: 'Ping' });
    }
    assert.notEqual(tokens.load().access_token, first);
    assert.deepEqual(
      recorder.states.map(({ name }) => name),
      ['connecting', 'catching up', 'live'],
    );
    assert.deepEqual(recorder.errors, []);
    assert.deepEqual(recorder.uploaded, numbered(recorder.uploaded.length));
  });

  it('ends when one signs out everywhere', async (test) => {
    const server = await Server.start(test);
    const anna = await server.user();
    const recorder = new LiveRecorder(test, anna.live(quick));
    await recorder.state('live');
    await anna.auth.logoutAll();
    assert.equal((await recorder.state('closed')).error.code, 'INVALID_TOKEN');
  });

  it('is refused to a token that was never good', async (test) => {
    const server = await Server.start(test);
    const proxy = await FaultyProxy.start(test, server);
    const nobody = new KingShare({ url: proxy.url, credentials: new MemoryTokens('nonsense') });
    const recorder = new LiveRecorder(test, nobody.live(quick));
    assert.equal((await recorder.state('closed')).error.code, 'INVALID_TOKEN');
    assert.equal(proxy.connections, 1);
  });

  it('is good with a personal access token', async (test) => {
    const server = await Server.start(test);
    const anna = await server.user();
    const { token } = await anna.auth.tokens.create({ name: 'a robot' });
    const robot = new KingShare({ url: server.url, credentials: new MemoryTokens(token) });
    const recorder = new LiveRecorder(test, robot.live(quick));
    await recorder.state('live');
    await upload(robot, ['a.txt']);
    assert.deepEqual(await recorder.untilUploaded('a.txt'), ['a.txt']);
  });

  it('waits where too many are there already', async (test) => {
    const server = await Server.start(test, { 'realtime.max_connections_per_user': 1 });
    const anna = await server.user();
    const first = new LiveRecorder(test, anna.live(quick));
    await first.state('live');
    const second = new LiveRecorder(test, anna.live(quick));
    assert.equal((await second.state('waiting')).error.code, 'CONNECTION_LIMIT');
    first.live.close();
    await second.state('live');
  });

  it('watches a share without anybody being signed in, until it ends', async (test) => {
    const server = await Server.start(test);
    const anna = await server.user();
    const file = await anna.files.upload('hello', { filename: 'a.txt' });
    const share = await anna.shares.create({ file_id: file.id });
    const visitor = new KingShare({ url: server.url, credentials: new MemoryTokens() });
    const recorder = new LiveRecorder(test, visitor.live({ ...quick, share: share.share_token }));
    await recorder.state('live');
    await recorder.live.send({ type: 'Ping' });
    await anna.shares.revoke(share.share_id);
    await recorder.until(({ events }) => events.some(({ type, data }) => type === 'ShareExpired' && data.share_id === share.share_id));
    const late = new LiveRecorder(test, visitor.live({ ...quick, share: share.share_token }));
    await late.state('closed');
    assert.deepEqual(late.errors, ['INVALID_MESSAGE']);
  });
});

describe('what is sent', { concurrency: 2 }, () => {
  it('is all taken by a server that takes little', async (test) => {
    const server = await Server.start(test, { 'realtime.messages_per_second': 20, 'realtime.message_burst': 2 });
    const anna = await server.user();
    const recorder = new LiveRecorder(test, anna.live({ ...quick, messagesPerSecond: 100, messageBurst: 10 }));
    await Promise.all(Array.from({ length: 20 }, () => recorder.live.send({ type: 'Ping' })));
    assert.ok(recorder.errors.includes('RATE_LIMITED'));
  });

  it('survives the server', async (test) => {
    const server = await Server.start(test);
    const anna = await server.user();
    const recorder = new LiveRecorder(test, anna.live(quick));
    await recorder.state('live');
    server.stall();
    const sent = Promise.all(Array.from({ length: 10 }, () => recorder.live.send({ type: 'Ping' })));
    await server.kill();
    await recorder.state('waiting');
    await server.start();
    await sent;
  });

  it('that the server does not know fails', async (test) => {
    const server = await Server.start(test);
    const anna = await server.user();
    const recorder = new LiveRecorder(test, anna.live(quick));
    await assert.rejects(recorder.live.send({ type: 'Nonsense' }), { code: 'INVALID_MESSAGE' });
    await recorder.live.send({ type: 'Pong' });
  });
});
