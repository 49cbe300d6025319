// Uploads to the real server, with network and server failures.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { KingShare, MemoryTokens, MemoryUploadStorage } from '../dist/index.js';
import { Server } from './support/server.js';
import { FaultyProxy } from './support/faulty-proxy.js';
import { scaled, within } from './support/timeouts.js';

const mebibyte = 2 ** 20;
const data = randomBytes(8 * mebibyte + 321);

function onDisk(test) {
  const folder = mkdtempSync(join(tmpdir(), 'kingshare-upload-'));
  test.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'Übung № 1.bin'), data);
  return join(folder, 'Übung № 1.bin');
}

async function assertThere(ks, file, { filename = 'Übung № 1.bin', bytes = data } = {}) {
  assert.deepEqual([file.filename, file.size], [filename, bytes.length]);
  const answer = await ks.files.content(file.id);
  assert.ok(bytes.equals(Buffer.from(await answer.arrayBuffer())), 'the bytes are others');
  assert.deepEqual(
    (await ks.files.list()).items.map(({ id }) => id),
    [file.id],
  );
}

/** Starts an upload and records its states and progress. */
function begin(ks, content, options = {}) {
  const states = [];
  const progress = [];
  const created = [];
  let reached = () => {};
  const upload = ks.upload(content, {
    ...options,
    onState: (state) => states.push(state),
    onCreated: (id) => created.push(id),
    onProgress: ({ sent, total }) => {
      progress.push([sent, total]);
      reached(sent);
    },
  });
  const sent = (bytes) => new Promise((done) => (reached = (now) => now >= bytes && done()));
  return { upload, states, progress, created, sent, finished: () => within(30, upload.finished, () => `finished; ${states}`) };
}

describe('an upload', { concurrency: 2 }, () => {
  it('comes from a path, a stream of a file, bytes, or any stream', async (test) => {
    const server = await Server.start(test);
    const path = onDisk(test);
    for (const content of [
      () => path,
      () => createReadStream(path),
      () => new Uint8Array(data),
      () => new Blob([data]),
      () => Readable.from([data.subarray(0, 100_000), data.subarray(100_000)]),
    ]) {
      const ks = await server.user();
      const { finished, progress, created, states } = begin(ks, content(), { filename: 'x.bin', contentType: 'text/plain' });
      const file = await finished();
      assert.equal(file.content_type, 'text/plain');
      assert.deepEqual(created, [file.id]);
      assert.equal(progress.at(-1)[0], data.length);
      assert.deepEqual(states, ['done']);
      await assertThere(ks, file, { filename: 'x.bin' });
    }
  });

  it('may be empty', async (test) => {
    const server = await Server.start(test);
    const ks = await server.user();
    await assertThere(ks, await begin(ks, new Uint8Array(0), { filename: 'x' }).finished(), { filename: 'x', bytes: Buffer.alloc(0) });
  });

  it('is paused and goes on where it was', async (test) => {
    const server = await Server.start(test);
    const proxy = await FaultyProxy.start(test, server);
    const ks = await server.user('anna', { url: proxy.url });
    const { upload, finished, states, sent } = begin(ks, onDisk(test), { chunkSize: mebibyte });
    await sent(2 * mebibyte);
    await upload.pause();
    assert.equal(upload.state, 'paused');
    upload.resume();
    await assertThere(ks, await finished());
    // The upload may be locked until the server has finished the aborted request.
    assert.deepEqual(states.filter((state) => state !== 'waiting').slice(0, 2), ['paused', 'sending']);
    assert.ok(proxy.sent < data.length + 3 * mebibyte, `${proxy.sent} bytes for ${data.length}`);
  });

  it('survives a network that breaks', async (test) => {
    const server = await Server.start(test);
    const proxy = await FaultyProxy.start(test, server);
    const ks = await server.user('anna', { url: proxy.url });
    const { finished, states, created } = begin(ks, onDisk(test), { chunkSize: mebibyte });
    for (let cut = 0; cut < 3; cut += 1) await proxy.cutAfter(1.5 * mebibyte);
    await assertThere(ks, await finished());
    assert.deepEqual(created.length, 1);
    assert.ok(states.includes('waiting'));
  });

  it('survives the death of the server', async (test) => {
    const server = await Server.start(test);
    const ks = await server.user();
    const { finished, states, created, sent } = begin(ks, onDisk(test), { chunkSize: mebibyte });
    await sent(3 * mebibyte);
    await server.kill();
    await server.start();
    await assertThere(ks, await finished());
    assert.equal(created.length, 1);
    assert.ok(states.includes('waiting'));
  });

  it('survives the process: another one goes on, from the last byte that arrived', async (test) => {
    const server = await Server.start(test);
    const proxy = await FaultyProxy.start(test, server);
    const ks = await server.user('anna', { url: proxy.url });
    const [path, storage] = [onDisk(test), new MemoryUploadStorage()];
    const first = begin(ks, path, { chunkSize: mebibyte, storage });
    await first.sent(5 * mebibyte);
    await first.upload.pause();
    const [unfinished] = await ks.unfinishedUploads(storage);
    assert.deepEqual([unfinished.filename, unfinished.size], ['Übung № 1.bin', data.length]);
    const before = proxy.sent;
    const second = begin(ks, path, { chunkSize: mebibyte, storage });
    await assertThere(ks, await second.finished());
    assert.deepEqual(second.created, first.created);
    assert.ok(proxy.sent - before < 5 * mebibyte, `${proxy.sent - before} more bytes`);
    assert.deepEqual(await ks.unfinishedUploads(storage), []);
  });

  it('begins anew where the server has forgotten it', async (test) => {
    const server = await Server.start(test);
    const [ks, path, storage] = [await server.user(), onDisk(test), new MemoryUploadStorage()];
    const first = begin(ks, path, { chunkSize: mebibyte, storage });
    await first.sent(2 * mebibyte);
    await first.upload.pause();
    const [unfinished] = await ks.unfinishedUploads(storage);
    await ks.forgetUpload(unfinished, new MemoryUploadStorage());
    const second = begin(ks, path, { storage });
    await assertThere(ks, await second.finished());
    assert.notDeepEqual(second.created, first.created);
  });

  it('is not begun anew because the server has no time', async (test) => {
    const server = await Server.start(test);
    const proxy = await FaultyProxy.start(test, server);
    const ks = await server.user('anna', { url: proxy.url });
    const { upload, finished, sent, created, states } = begin(ks, onDisk(test), { chunkSize: mebibyte });
    await sent(3 * mebibyte);
    await upload.pause();
    proxy.busy(1);
    upload.resume();
    await finished();
    assert.equal(created.length, 1);
    assert.ok(states.includes('waiting'), `${states}`);
  });

  it('outlives its token', async (test) => {
    const server = await Server.start(test, { 'auth.access_token_ttl': '1s' });
    const proxy = await FaultyProxy.start(test, server);
    const ks = await server.user('anna', { url: proxy.url });
    const { upload, finished, sent } = begin(ks, onDisk(test), { chunkSize: mebibyte });
    await sent(2 * mebibyte);
    await upload.pause();
    await new Promise((done) => setTimeout(done, scaled(1100))); // The token must expire in real time.
    upload.resume();
    await assertThere(ks, await finished());
  });

  it('that is cancelled leaves nothing', async (test) => {
    const server = await Server.start(test);
    const [ks, storage] = [await server.user(), new MemoryUploadStorage()];
    const { upload, sent } = begin(ks, onDisk(test), { chunkSize: mebibyte, storage });
    await sent(2 * mebibyte);
    await upload.cancel();
    await assert.rejects(upload.finished, { code: 'ABORTED' });
    assert.equal(upload.state, 'cancelled');
    assert.deepEqual(await ks.unfinishedUploads(storage), []);
    assert.equal((await ks.auth.me()).used_bytes, 0);
  });

  it('that is refused says why', async (test) => {
    const server = await Server.start(test, { 'uploads.quota_bytes': '1MiB' });
    const ks = await server.user();
    const { upload, states } = begin(ks, onDisk(test));
    await assert.rejects(upload.finished, { code: 'QUOTA_EXCEEDED', status: 507 });
    assert.deepEqual(states, ['failed']);
    await assert.rejects(ks.upload('/there/is/no/such/file').finished, { code: 'INVALID_REQUEST' });
    const nobody = new KingShare({ url: server.url, credentials: new MemoryTokens() });
    await assert.rejects(nobody.upload(new Uint8Array(1)).finished, { code: 'AUTHENTICATION_REQUIRED' });
  });

  it('is taken home with others as one archive', async (test) => {
    const server = await Server.start(test);
    const ks = await server.user();
    const files = await Promise.all(['a.txt', 'b.txt'].map((filename) => ks.files.upload(filename, { filename })));
    const answer = await ks.files.archive(files.map(({ id }) => id));
    const bytes = Buffer.from(await answer.arrayBuffer()).toString('latin1');
    assert.ok(bytes.startsWith('PK') && bytes.includes('a.txt') && bytes.includes('b.txt'));
  });

  it('is heard of by its id', async (test) => {
    const server = await Server.start(test);
    const ks = await server.user();
    const live = ks.live();
    test.after(() => live.close());
    await within(5, new Promise((done) => live.on('Resumed', done)), 'live');
    const heard = [];
    const arrived = new Promise((done) => live.on('FileUploaded', done));
    live.on('UploadProgress', ({ data }) => heard.push(data.file_id));
    const { finished, created } = begin(ks, onDisk(test));
    await finished();
    assert.equal((await within(5, arrived, 'FileUploaded')).data.file_id, created[0]);
    assert.ok(heard.length > 0 && heard.every((id) => id === created[0]));
  });
});
