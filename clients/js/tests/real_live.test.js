// The live channel against the real server, with crashes, stalls and restarts.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KingShare, MemoryTokens } from '../dist/index.js';
import { Server } from './support/kingshare.js';
import { Listener } from './support/listener.js';
import { Network } from './support/network.js';
import { lasting } from './support/patience.js';

const quick = { shortestRetry: 20, longestRetry: 100 };
const numbered = (count, from = 0) => Array.from({ length: count }, (_, number) => `${from + number}.txt`);

async function upload(ks, names) {
  for (const filename of names) await ks.files.upload('hello', { filename });
}

/** A CursorStore that outlives a Live. */
function keeper() {
  const keeper = { place: null, saved: 0, load: () => keeper.place, save: (place) => ((keeper.place = place), (keeper.saved += 1)) };
  return keeper;
}

describe('nothing is missed and nothing comes twice', { concurrency: 2 }, () => {
  it('when the server is killed, again and again', async (test) => {
    const server = await Server.start(test);
    const anna = await server.user();
    const listener = new Listener(test, anna.live(quick));
    await listener.state('live');
    for (let round = 0; round < 4; round += 1) {
      await upload(anna, numbered(5, 5 * round));
      await server.kill();
      await listener.state('waiting');
      await server.start();
    }
    await upload(anna, numbered(5, 20));
    assert.deepEqual(await listener.hears(...numbered(25)), numbered(25));
    assert.ok(listener.resumed.length >= 2 && listener.resumed.every(({ complete }) => complete));
  });

  it('when it is restarted, and that is told', async (test) => {
    const server = await Server.start(test);
    const anna = await server.user();
    const listener = new Listener(test, anna.live(quick));
    await listener.state('live');
    await server.stop();
    await listener.state('waiting');
    const { error } = listener.states.find(({ name }) => name === 'waiting');
    assert.equal(error.code, 'UNAVAILABLE');
    await server.start();
    await listener.state('live');
    await upload(anna, ['a.txt']);
    assert.deepEqual(await listener.hears('a.txt'), ['a.txt']);
  });

  it('when it stalls', async (test) => {
    const server = await Server.start(test);
    const anna = await server.user();
    const listener = new Listener(test, anna.live({ ...quick, pingInterval: lasting(100), patience: lasting(300) }));
    await listener.state('live');
    await upload(anna, ['before.txt']);
    server.stall();
    await listener.state('waiting');
    server.goOn();
    await upload(anna, ['after.txt']);
    assert.deepEqual(await listener.hears('after.txt'), ['before.txt', 'after.txt']);
  });

  it('when the network stalls, breaks, and breaks again', async (test) => {
    const server = await Server.start(test);
    const network = await Network.start(test, server);
    const tokens = new MemoryTokens();
    const anna = await server.user('anna', { tokens });
    const far = new KingShare({ url: network.url, credentials: tokens });
    const listener = new Listener(test, far.live({ ...quick, pingInterval: lasting(100), patience: lasting(300) }));
    await listener.state('live');
    network.stall();
    await upload(anna, numbered(3));
    await listener.state('waiting');
    network.flow();
    await listener.hears(...numbered(3));
    for (let round = 1; round <= 10; round += 1) {
      network.cut();
      await upload(anna, numbered(3, 3 * round));
    }
    assert.deepEqual(await listener.hears(...numbered(33)), numbered(33));
  });

  it('when another process goes on', async (test) => {
    const server = await Server.start(test);
    const anna = await server.user();
    const cursor = keeper();
    const first = new Listener(test, anna.live({ ...quick, cursor }));
    await first.state('live');
    await upload(anna, numbered(3));
    await first.hears(...numbered(3));
    first.live.close();
    await upload(anna, numbered(3, 3));
    const second = new Listener(test, anna.live({ ...quick, cursor }));
    await second.hears(...numbered(3, 3));
    await second.state('live');
    await upload(anna, ['6.txt']);
    assert.deepEqual(await second.hears('6.txt'), numbered(4, 3));
    const missed = second.events.filter(({ type }) => type === 'FileUploaded').map(({ missed }) => missed);
    assert.deepEqual(missed, [true, true, true, false]);
    assert.equal(second.resumed[0].replayed, 3);
    assert.ok(cursor.saved > 0);
  });

  it('and where it cannot be so, that is told', async (test) => {
    const server = await Server.start(test, { 'realtime.journal_events_per_user': 2 });
    const [anna, ben] = [await server.user('anna'), await server.user('ben')];
    const cursor = keeper();
    const his = new Listener(test, ben.live({ ...quick, cursor }));
    await his.state('live');
    his.live.close();
    const hers = new Listener(test, anna.live({ ...quick, cursor }));
    await hers.state('live');
    assert.equal(hers.resumed[0].complete, false);
    await upload(anna, ['a.txt']);
    assert.deepEqual(await hers.hears('a.txt'), ['a.txt']);
  });
});

describe('the connection', { concurrency: 2 }, () => {
  it('outlives the token', async (test) => {
    const server = await Server.start(test, { 'auth.access_token_ttl': `${lasting(2000)}ms` });
    const network = await Network.start(test, server);
    const tokens = new MemoryTokens();
    const anna = await server.user('anna', { tokens });
    const first = tokens.load().access_token;
    const far = new KingShare({ url: network.url, credentials: tokens });
    const listener = new Listener(test, far.live(quick));
    await listener.state('live');
    const began = Date.now();
    for (let number = 0; Date.now() - began < lasting(4500); number += 1) {
      await upload(anna, [`${number}.txt`]);
      await listener.hears(`${number}.txt`);
      await listener.live.send({ type: 'Ping' });
    }
    assert.notEqual(tokens.load().access_token, first);
    assert.deepEqual(listener.states.map(({ name }) => name), ['connecting', 'catching up', 'live']);
    assert.deepEqual(listener.errors, []);
    assert.deepEqual(listener.uploaded, numbered(listener.uploaded.length));
  });

  it('ends when one signs out everywhere', async (test) => {
    const server = await Server.start(test);
    const anna = await server.user();
    const listener = new Listener(test, anna.live(quick));
    await listener.state('live');
    await anna.auth.logoutAll();
    assert.equal((await listener.state('closed')).error.code, 'INVALID_TOKEN');
  });

  it('is refused to a token that was never good', async (test) => {
    const server = await Server.start(test);
    const network = await Network.start(test, server);
    const nobody = new KingShare({ url: network.url, credentials: new MemoryTokens('nonsense') });
    const listener = new Listener(test, nobody.live(quick));
    assert.equal((await listener.state('closed')).error.code, 'INVALID_TOKEN');
    assert.equal(network.connections, 1);
  });

  it('is good with a personal access token', async (test) => {
    const server = await Server.start(test);
    const anna = await server.user();
    const { token } = await anna.auth.tokens.create({ name: 'a robot' });
    const robot = new KingShare({ url: server.url, credentials: new MemoryTokens(token) });
    const listener = new Listener(test, robot.live(quick));
    await listener.state('live');
    await upload(robot, ['a.txt']);
    assert.deepEqual(await listener.hears('a.txt'), ['a.txt']);
  });

  it('waits where too many are there already', async (test) => {
    const server = await Server.start(test, { 'realtime.max_connections_per_user': 1 });
    const anna = await server.user();
    const first = new Listener(test, anna.live(quick));
    await first.state('live');
    const second = new Listener(test, anna.live(quick));
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
    const listener = new Listener(test, visitor.live({ ...quick, share: share.share_token }));
    await listener.state('live');
    await listener.live.send({ type: 'Ping' });
    await anna.shares.revoke(share.share_id);
    await listener.until(({ events }) => events.some(({ type, data }) => type === 'ShareExpired' && data.share_id === share.share_id));
    const late = new Listener(test, visitor.live({ ...quick, share: share.share_token }));
    await late.state('closed');
    assert.deepEqual(late.errors, ['INVALID_MESSAGE']);
  });
});

describe('what is sent', { concurrency: 2 }, () => {
  it('is all taken by a server that takes little', async (test) => {
    const server = await Server.start(test, { 'realtime.messages_per_second': 20, 'realtime.message_burst': 2 });
    const anna = await server.user();
    const listener = new Listener(test, anna.live({ ...quick, messagesPerSecond: 100, messageBurst: 10 }));
    await Promise.all(Array.from({ length: 20 }, () => listener.live.send({ type: 'Ping' })));
    assert.ok(listener.errors.includes('RATE_LIMITED'));
  });

  it('survives the server', async (test) => {
    const server = await Server.start(test);
    const anna = await server.user();
    const listener = new Listener(test, anna.live(quick));
    await listener.state('live');
    server.stall();
    const sent = Promise.all(Array.from({ length: 10 }, () => listener.live.send({ type: 'Ping' })));
    await server.kill();
    await listener.state('waiting');
    await server.start();
    await sent;
  });

  it('that the server does not know fails', async (test) => {
    const server = await Server.start(test);
    const anna = await server.user();
    const listener = new Listener(test, anna.live(quick));
    await assert.rejects(listener.live.send({ type: 'Nonsense' }), { code: 'INVALID_MESSAGE' });
    await listener.live.send({ type: 'Pong' });
  });
});
