import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LiveEvent, ReceivedShare, Share } from '@kingshare/client';
import { createShareLists } from './share-lists';
import { mockTimers, PagedServer, settled } from './test-support';

const share = (minute: number, fileId = 'f', changes: Partial<Share> = {}): Share => ({
  share_id: `s${minute}`,
  file_id: fileId,
  filename: 'letter.txt',
  share_token: 'token',
  url: 'http://localhost/s/token',
  state: 'active',
  expires_at: null,
  max_downloads: null,
  download_count: 0,
  has_password: false,
  visit_count: 0,
  recipients: [],
  created_at: new Date(minute * 60_000).toISOString(),
  ...changes,
});
const receivedShare = (minute: number) => share(minute, `file ${minute}`) as Share & ReceivedShare;

const event = (type: string, data: object) => ({ type, data, missed: false }) as LiveEvent;

/** The lists of a user with these shares, given newest first, in pages of three. */
function setUp(own: Share[], others: ReceivedShare[] = []) {
  const server = new PagedServer(own);
  const receivedServer = new PagedServer(others);
  const fileRequests: string[] = [];
  const lists = createShareLists(
    {
      list({ file_id, cursor }) {
        if (!file_id) return server.readPage(cursor);
        fileRequests.push(file_id);
        return Promise.resolve({ items: server.items.filter((item) => item.file_id === file_id), next_cursor: null });
      },
      received: ({ cursor }) => receivedServer.readPage(cursor),
    },
    3,
  );
  const ids = (list: { items: { value: readonly { share_id: string }[] } }) => list.items.value.map(({ share_id }) => share_id);
  return { server, receivedServer, fileRequests, lists, own: () => ids(lists.shares), theirs: () => ids(lists.received) };
}

describe('the lists of shares', () => {
  it('read a popular link at most twice a second, however many events it has', async (test) => {
    const timers = mockTimers(test);
    const { server, fileRequests, lists } = setUp([share(1)]);
    await lists.shares.load();
    server.items = [share(1, 'f', { download_count: 7 })];
    for (let download = 0; download < 50; ++download) {
      lists.onEvent(event('DownloadStarted', { file_id: 'f', filename: 'letter.txt' }));
      lists.onEvent(event('ShareChanged', { share_id: 's1', file_id: 'f' }));
    }
    await settled();
    assert.equal(lists.shares.items.value[0]!.download_count, 7);
    await timers.tick(500);
    await timers.tick(500);
    assert.deepEqual(fileRequests, ['f', 'f']);
  });

  it('count visits without a request', async () => {
    const { fileRequests, lists } = setUp([share(1)]);
    await lists.shares.load();
    lists.onEvent(event('ShareAccessed', { share_id: 's1', file_id: 'f', filename: 'letter.txt', count: 2 }));
    lists.onEvent(event('ShareAccessed', { share_id: 's1', file_id: 'f', filename: 'letter.txt' }));
    assert.deepEqual([lists.shares.items.value[0]!.visit_count, fileRequests], [3, []]);
  });

  it('take a new share of our own, and ask nothing if they have it already', async () => {
    const { server, receivedServer, fileRequests, lists, own } = setUp([share(1)]);
    await lists.shares.load();
    server.items.unshift(share(2));
    const shared = event('FileShared', { share_id: 's2', file_id: 'f', share_token: 'token' });
    lists.onEvent(shared);
    await settled();
    lists.onEvent(shared);
    await settled();
    assert.deepEqual([own(), fileRequests, receivedServer.requests], [['s2', 's1'], ['f'], []]);
  });

  it('take a share received, by the newest page alone', async () => {
    const { receivedServer, lists, theirs } = setUp([], [4, 3, 2, 1].map(receivedShare));
    await lists.received.load();
    await lists.received.loadMore();
    receivedServer.items.unshift(receivedShare(5));
    lists.onEvent(event('FileShared', { share_id: 's5', file_id: 'file 5', share_token: 'token' }));
    await settled();
    assert.deepEqual(theirs(), ['s5', 's4', 's3', 's2', 's1']);
    assert.deepEqual(receivedServer.requests, [undefined, '3', undefined]);
  });

  it('read a changed share received again, also an old one', async () => {
    const { receivedServer, lists } = setUp([], [4, 3, 2, 1].map(receivedShare));
    await lists.received.load();
    await lists.received.loadMore();
    receivedServer.items[3] = { ...receivedServer.items[3]!, download_count: 9 };
    lists.onEvent(event('ShareChanged', { share_id: 's1', file_id: 'file 1' }));
    await settled();
    assert.equal(lists.received.byKey.value.get('s1')!.download_count, 9);
  });

  it('keep the shares of one file that are not loaded otherwise', async () => {
    const { lists, own } = setUp([5, 4, 3, 2, 1].map((minute) => share(minute, minute < 3 ? 'old' : 'f')));
    await lists.shares.load();
    assert.equal(lists.linkCounts.value.get('old'), undefined);
    await lists.readSharesOf('old');
    assert.deepEqual([own(), lists.linkCounts.value.get('old')], [['s5', 's4', 's3', 's2', 's1'], 2]);
  });

  it('drop a share that was revoked elsewhere, and those of a deleted file', async () => {
    const { server, lists, own, theirs } = setUp([share(3), share(2), share(1, 'g')], [receivedShare(1)]);
    await Promise.all([lists.shares.load(), lists.received.load()]);
    server.items = server.items.filter(({ share_id }) => share_id !== 's3');
    lists.onEvent(event('ShareExpired', { share_id: 's3', file_id: 'f' }));
    await settled();
    assert.deepEqual(own(), ['s2', 's1']);
    lists.onEvent(event('FileDeleted', { file_id: 'g', filename: 'letter.txt' }));
    lists.onEvent(event('FileDeleted', { file_id: 'file 1', filename: 'letter.txt' }));
    assert.deepEqual([own(), theirs()], [['s2'], []]);
  });

  it('load one page more while older shares may belong to the loaded files', async () => {
    const { server, lists } = setUp([5, 4, 3, 2, 1].map((minute) => share(minute)));
    await lists.shares.load();
    lists.loadSharesSince(3 * 60_000);
    assert.equal(server.requests.length, 1);
    lists.loadSharesSince(2 * 60_000);
    await settled();
    assert.equal(server.requests.length, 2);
  });

  it('are read again after an interruption only if they may have changed', async () => {
    const { server, receivedServer, lists } = setUp([share(1)]);
    await lists.shares.load();
    lists.onResumed([event('FileUploaded', { file_id: 'f', filename: 'letter.txt', size: 1 })]);
    assert.equal(server.requests.length, 1);
    lists.onResumed([event('ShareChanged', { share_id: 's1', file_id: 'f' })]);
    await settled();
    lists.onResumed(null);
    await settled();
    assert.deepEqual([server.requests.length, receivedServer.requests.length], [3, 0]);
  });
});
