import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KingShare, KingShareError, MemoryTokens } from '../dist/index.js';

const json = (status, body, headers = {}) =>
  new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } });
const problem = (status, code, headers) => json(status, { type: 'about:blank', title: 'No', status, detail: `about ${code}`, code }, headers);

/** Creates a client with `answer(call, n)` as its server; `requests` records the calls. */
function client(answer, credentials = new MemoryTokens('secret')) {
  const requests = [];
  const fetch = async (url, { method, headers, body, credentials }) => {
    const call = { what: `${method} ${url.replace('https://share.example/api/v1/', '')}`, token: headers.get('Authorization'), body, credentials };
    requests.push(call);
    return answer(call, requests.length);
  };
  return { ks: new KingShare({ url: 'https://share.example/', credentials, fetch }), requests };
}

const failure = (promise) =>
  promise.then(
    () => assert.fail('it went well'),
    (error) => error,
  );

describe('a server under a path', () => {
  it('is called there', async () => {
    for (const url of ['https://example.org/share', 'https://example.org/share/', 'https://Example.org:443/share//?x#y']) {
      const requests = [];
      const fetch = async (url) => {
        requests.push(url);
        return json(200, {});
      };
      const ks = new KingShare({ url, credentials: new MemoryTokens('secret'), fetch });
      await ks.files.get('f');
      assert.equal(ks.url, 'https://example.org/share');
      assert.deepEqual(requests, ['https://example.org/share/api/v1/files/f']);
      assert.equal(ks.publicShares.contentUrl('t'), 'https://example.org/share/api/v1/public/shares/t/content');
    }
  });
});

describe('a call', () => {
  it('carries the token, and no cookie', async () => {
    const { ks, requests } = client(() => json(200, { id: 'f' }));
    await ks.files.rename('a/b', 'x');
    assert.deepEqual(requests, [{ what: 'PATCH files/a%2Fb', token: 'Bearer secret', body: '{"filename":"x"}', credentials: 'omit' }]);
  });

  it('carries the cookie, and no token', async () => {
    const { ks, requests } = client(() => json(200, {}), 'cookie');
    await ks.files.get('f');
    assert.deepEqual([requests[0].token, requests[0].credentials], [null, 'same-origin']);
  });

  it('leaves out what was not said', async () => {
    const { ks, requests } = client(() => json(200, { items: [], next_cursor: null }));
    await ks.files.list({ query: 'ü &', limit: 3 });
    await ks.files.list();
    assert.deepEqual(
      requests.map(({ what }) => what),
      ['GET files?query=%C3%BC+%26&limit=3', 'GET files'],
    );
  });

  it('that creates something is sent again when its answer is lost, with the same key', async () => {
    const keys = [];
    const fetch = async (_, { headers }) => {
      keys.push(headers.get('Idempotency-Key'));
      if (keys.length < 3) throw new TypeError('fetch failed');
      return json(201, { share_id: 's' });
    };
    const ks = new KingShare({ url: 'https://share.example/', credentials: new MemoryTokens('secret'), fetch });
    await ks.shares.create({ file_id: 'f' });
    assert.equal(keys.length, 3);
    assert.ok(keys[0].length >= 32 && keys.every((key) => key === keys[0]));
    await ks.shares.create({ file_id: 'f' });
    assert.notEqual(keys[3], keys[0]);
  });

  it('that only asks is not', async () => {
    let calls = 0;
    const fetch = async () => {
      ++calls;
      throw new TypeError('fetch failed');
    };
    const ks = new KingShare({ url: 'https://share.example/', credentials: new MemoryTokens('secret'), fetch });
    assert.equal((await failure(ks.auth.me())).code, 'NETWORK');
    assert.equal(calls, 1);
  });

  it('that fails says why', async () => {
    const { ks } = client(() => problem(429, 'RATE_LIMITED', { 'Retry-After': '7' }));
    const error = await failure(ks.auth.me());
    assert.ok(error instanceof KingShareError);
    assert.deepEqual([error.code, error.status, error.detail, error.retryAfter], ['RATE_LIMITED', 429, 'about RATE_LIMITED', 7]);
  });

  it('that fails names the field', async () => {
    const { ks } = client(() => json(400, { code: 'INVALID_REQUEST', title: 'No', detail: 'too short', field: 'password' }));
    assert.equal((await failure(ks.auth.me())).field, 'password');
  });

  it('that a proxy answers has a code all the same', async () => {
    for (const [status, code] of [
      [502, 'UNAVAILABLE'],
      [413, 'TOO_LARGE'],
      [404, 'NOT_FOUND'],
      [500, 'INTERNAL_ERROR'],
      [418, 'INVALID_REQUEST'],
    ]) {
      const { ks } = client(() => new Response('<html>', { status, headers: { 'Retry-After': new Date(Date.now() + 90_000).toUTCString() } }));
      const error = await failure(ks.auth.me());
      assert.equal(error.code, code);
      assert.ok(error.retryAfter > 80 && error.retryAfter <= 91);
    }
  });

  it('that nobody answers is a matter of the network', async () => {
    const { ks } = client(() => Promise.reject(new TypeError('fetch failed')));
    const error = await failure(ks.auth.me());
    assert.deepEqual([error.code, error.status, error.cause.message], ['NETWORK', 0, 'fetch failed']);
  });

  it('can be stopped', async () => {
    const { ks } = client(() => Promise.reject(new DOMException('stopped', 'AbortError')));
    assert.equal((await failure(ks.files.content('f', { signal: AbortSignal.abort() }))).code, 'ABORTED');
  });
});

describe('a token that ends', () => {
  const tokens = (more = {}) => new MemoryTokens({ access_token: 'old', refresh_token: 'r1', ...more });
  const pair = { access_token: 'new', refresh_token: 'r2', expires_in: 900 };
  const server = ({ what, token }) => {
    if (what === 'POST auth/refresh') return json(200, pair);
    return token === 'Bearer new' ? json(200, { username: 'anna' }) : problem(401, 'INVALID_TOKEN');
  };

  it('is renewed in time', async () => {
    const { ks, requests } = client(server, tokens({ refresh_at: Date.now() - 1 }));
    assert.equal((await ks.auth.me()).username, 'anna');
    assert.deepEqual(
      requests.map(({ what, body }) => [what, body]),
      [
        ['POST auth/refresh', '{"refresh_token":"r1"}'],
        ['GET users/me', null],
      ],
    );
  });

  it('is not renewed early', async () => {
    const { ks, requests } = client(() => json(200, {}), tokens({ refresh_at: Date.now() + 60_000 }));
    await ks.auth.me();
    assert.deepEqual(
      requests.map(({ token }) => token),
      ['Bearer old'],
    );
  });

  it('is renewed when the server says so, and the call goes again', async () => {
    const { ks, requests } = client(server, tokens());
    assert.equal((await ks.auth.me()).username, 'anna');
    assert.deepEqual(
      requests.map(({ what }) => what),
      ['GET users/me', 'POST auth/refresh', 'GET users/me'],
    );
  });

  it('is renewed once, however many ask', async () => {
    const { ks, requests } = client(server, tokens());
    await Promise.all(Array.from({ length: 5 }, () => ks.auth.me()));
    assert.equal(requests.filter(({ what }) => what === 'POST auth/refresh').length, 1);
  });

  it('cannot be renewed for ever: then nobody is signed in', async () => {
    const store = tokens();
    const { ks, requests } = client(() => problem(401, 'INVALID_TOKEN'), store);
    assert.equal((await failure(ks.auth.me())).code, 'INVALID_TOKEN');
    assert.equal(store.load(), null);
    assert.equal(requests.length, 2);
  });

  it('is kept when the server is away', async () => {
    const store = tokens();
    const { ks } = client(({ what }) => (what === 'POST auth/refresh' ? problem(503, 'UNAVAILABLE') : problem(401, 'INVALID_TOKEN')), store);
    assert.equal((await failure(ks.auth.me())).code, 'UNAVAILABLE');
    assert.equal(store.load().refresh_token, 'r1');
  });
});

describe('signing in', () => {
  const session = { user: { username: 'anna' }, access_token: 'a', refresh_token: 'r', expires_in: 900 };

  it('keeps the tokens where they belong', async () => {
    const store = new MemoryTokens();
    const { ks, requests } = client(() => json(200, session), store);
    assert.equal((await ks.auth.login({ username: 'anna', password: 'p' })).username, 'anna');
    assert.equal(requests[0].token, null);
    const { access_token, refresh_token, expires_at, refresh_at } = store.load();
    assert.deepEqual([access_token, refresh_token, expires_at - refresh_at], ['a', 'r', 30_000]);
    await ks.auth.logout();
    assert.equal(requests[1].body, '{"refresh_token":"r"}');
    assert.equal(store.load(), null);
  });

  it('by cookie leaves no token anywhere', async () => {
    const { ks, requests } = client(({ what }) => (what.startsWith('POST auth/logout') ? json(204) : json(200, session)), 'cookie');
    assert.equal((await ks.auth.register({ username: 'anna', password: 'p', invitation: 'i' })).username, 'anna');
    assert.deepEqual(
      requests.map(({ what }) => what),
      ['POST auth/register', 'POST auth/logout', 'POST auth/login?session=cookie'],
    );
    assert.equal(requests[1].body, '{"refresh_token":"r"}');
  });
});

describe('a list', () => {
  const pages = { undefined: { items: [1, 2], next_cursor: 'p2' }, p2: { items: [], next_cursor: 'p3' }, p3: { items: [3], next_cursor: null } };
  const lists = () => client(({ what }) => json(200, pages[new URL(`x:${what.slice(4)}`).searchParams.get('cursor') ?? undefined]));

  it('is a page to who awaits it', async () => {
    const { ks, requests } = lists();
    assert.deepEqual(await ks.shares.list({ file_id: 'f' }), pages.undefined);
    assert.deepEqual(
      requests.map(({ what }) => what),
      ['GET shares?file_id=f'],
    );
  });

  it('is all that there is to who goes through it', async () => {
    const { ks, requests } = lists();
    const all = [];
    for await (const one of ks.users.list({ limit: 2 })) all.push(one);
    assert.deepEqual(all, [1, 2, 3]);
    assert.deepEqual(
      requests.map(({ what }) => what),
      ['GET users?limit=2', 'GET users?limit=2&cursor=p2', 'GET users?limit=2&cursor=p3'],
    );
  });

  it('asks no further than one looks', async () => {
    const { ks, requests } = lists();
    for await (const one of ks.shares.received()) if (one === 2) break;
    assert.equal(requests.length, 1);
  });

  it('of events goes on by its cursor too', async () => {
    const { ks, requests } = client(({ what }) =>
      json(200, what.includes('since=start') ? { items: [1], next_cursor: 'c1' } : { items: [2], next_cursor: null }),
    );
    const all = [];
    for await (const one of ks.events.history({ limit: 1 })) all.push(one);
    assert.deepEqual(all, [1, 2]);
    assert.deepEqual(
      requests.map(({ what }) => what),
      ['GET events/history?since=start&limit=1', 'GET events/history?since=c1&limit=1'],
    );
  });
});

describe('an address', () => {
  const { ks } = client();
  it('is one that a browser can open', () => {
    assert.equal(ks.files.contentUrl('f'), 'https://share.example/api/v1/files/f/content');
    assert.equal(ks.files.contentUrl('f', { inline: true }), 'https://share.example/api/v1/files/f/content?inline=1');
    assert.equal(ks.files.archiveUrl(['a', 'b']), 'https://share.example/api/v1/files/archive?ids=a,b');
    assert.equal(ks.publicShares.contentUrl('t'), 'https://share.example/api/v1/public/shares/t/content');
  });
});
