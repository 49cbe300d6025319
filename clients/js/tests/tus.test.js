// The behaviour of tus-js-client on which src/upload.ts depends (docs/decisions/0017). If a new version fails here, adapt #onResponse.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import * as tus from 'tus-js-client';
import { KingShare, MemoryTokens } from '../dist/index.js';
import { within } from './support/timeouts.js';

const size = 2048;

/**
 * A tus server that breaks the connection at the first PATCH and then answers HEAD with the given statuses, later ones with 200. Records the
 * Idempotency-Key of each creation.
 */
async function startServer(test, statuses) {
  const creationKeys = [];
  let patches = 0;
  let stored = 0;
  const server = http.createServer(async (request, answer) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const bytes = Buffer.concat(chunks).length;
    if (request.method === 'POST') {
      creationKeys.push(request.headers['idempotency-key']);
      stored = bytes;
      answer.writeHead(201, { Location: `/api/v1/uploads/u${creationKeys.length}`, 'Upload-Offset': stored }).end();
    } else if (request.method === 'PATCH') {
      patches += 1;
      if (patches === 1) return request.socket.destroy();
      stored += bytes;
      answer.writeHead(204, { 'Upload-Offset': stored }).end();
    } else if (request.method === 'HEAD') {
      answer.writeHead(statuses.shift() ?? 200, { 'Upload-Offset': stored, 'Upload-Length': size }).end();
    } else {
      answer.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ id: request.url.split('/').pop() }));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}`, creationKeys };
}

async function upload(test, statuses) {
  const { url, creationKeys } = await startServer(test, statuses);
  const ks = new KingShare({ url, credentials: new MemoryTokens('secret') });
  const file = await within(20, ks.upload(new Uint8Array(size), { filename: 'x', chunkSize: size / 2 }).finished, () => `finished; ${creationKeys}`);
  return { file, creationKeys };
}

describe('an interrupted upload', { concurrency: 8 }, () => {
  for (const status of [409, 423, 429, 500, 502, 503]) {
    it(`is not begun anew after ${status}`, async (test) => {
      const { file, creationKeys } = await upload(test, [status]);
      assert.deepEqual([file.id, creationKeys.length], ['u1', 1]);
    });
  }
  for (const status of [404, 410]) {
    it(`is begun anew after ${status}, as another request`, async (test) => {
      const { file, creationKeys } = await upload(test, [503, status]);
      assert.deepEqual([file.id, creationKeys.length], ['u2', 2]);
      assert.notEqual(creationKeys[0], creationKeys[1]);
    });
  }
});

describe('tus-js-client', () => {
  /** Resumes an upload to which the server answers 404; `onAfterResponse` sets the endpoint. */
  async function resume(test, endpointOf) {
    const { url, creationKeys } = await startServer(test, [404]);
    const outcome = await within(
      10,
      new Promise((done) => {
        const one = new tus.Upload(Buffer.alloc(size), {
          endpoint: endpointOf(url) ? null : `${url}/api/v1/uploads`,
          uploadUrl: `${url}/api/v1/uploads/gone`,
          uploadDataDuringCreation: true,
          retryDelays: null,
          storeFingerprintForResuming: false,
          onAfterResponse: async () => {
            await new Promise((next) => setTimeout(next, 10));
            one.options.endpoint = endpointOf(url);
          },
          onError: () => done('failed'),
          onSuccess: () => done('done'),
        });
        one.start();
      }),
      'an outcome',
    );
    return [outcome, creationKeys.length];
  }

  it('reads the endpoint after onAfterResponse has finished', async (test) => {
    assert.deepEqual(await resume(test, () => null), ['failed', 0]);
    assert.deepEqual(await resume(test, (url) => `${url}/api/v1/uploads`), ['done', 1]);
  });

  it('has the version that these tests cover', () => {
    const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url)));
    const { version } = createRequire(import.meta.url)('tus-js-client/package.json');
    assert.equal(dependencies['tus-js-client'], version, 'the version must be pinned exactly');
  });
});
