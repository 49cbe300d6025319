import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { collection, type Source } from './collection';
import { mockTimers, PagedServer, settled } from './test-support';

interface Item {
  key: string;
  rank: number;
}

const item = (rank: number, key = `k${rank}`): Item => ({ key, rank });
const compare = (a: Item, b: Item) => a.rank - b.rank;

function setUp(ranks: number[], source: Partial<Source<Item>> = {}) {
  const server = new PagedServer(ranks.map((rank) => item(rank)));
  const list = collection<Item>(({ key }) => key, { readPage: (cursor) => server.readPage(cursor), compare, ...source });
  return { server, list, ranks: () => list.items.value.map(({ rank }) => rank) };
}

describe('a collection', () => {
  it('loads one page, and the next ones on demand', async () => {
    const { server, list, ranks } = setUp([10, 20, 30, 40, 50, 60, 70]);
    assert.equal(list.state.value, 'idle');
    await list.load();
    assert.deepEqual([ranks(), list.state.value, list.hasMore.value], [[10, 20, 30], 'ready', true]);
    await list.loadMore();
    await list.loadMore();
    assert.deepEqual([ranks(), list.hasMore.value], [[10, 20, 30, 40, 50, 60, 70], false]);
    await list.loadMore();
    assert.deepEqual(server.requests, [undefined, '3', '6']);
  });

  it('asks for a page once, however often it is wanted', async () => {
    const { server, list } = setUp([10, 20, 30, 40]);
    await list.load();
    await Promise.all([list.loadMore(), list.loadMore(), list.loadMore()]);
    assert.deepEqual(server.requests, [undefined, '3']);
  });

  it('places an item within the loaded part, and leaves later ones to their page', async () => {
    const { list, ranks } = setUp([10, 20, 30, 40]);
    await list.load();
    list.put(item(15));
    list.put(item(35));
    assert.deepEqual(ranks(), [10, 15, 20, 30]);
  });

  it('places an item after the last one if the list is complete', async () => {
    const { list, ranks } = setUp([10, 20]);
    await list.load();
    list.put(item(35));
    assert.deepEqual(ranks(), [10, 20, 35]);
  });

  it('moves a changed item, out of the loaded part too', async () => {
    const { list, ranks } = setUp([10, 20, 30, 40]);
    await list.load();
    list.put(item(5, 'k20'));
    assert.deepEqual(ranks(), [5, 10, 30]);
    list.put(item(99, 'k10'));
    assert.deepEqual(ranks(), [5, 30]);
  });

  it('keeps its boundary when the last loaded item is removed', async () => {
    const { list, ranks } = setUp([10, 20, 30, 40]);
    await list.load();
    list.remove('k30');
    list.put(item(25));
    list.put(item(35));
    assert.deepEqual(ranks(), [10, 20, 25]);
  });

  it('keeps an item after the loaded part if told to, until its page arrives', async () => {
    const { list, ranks } = setUp([10, 20, 30, 40, 50, 60, 70, 80]);
    await list.load();
    list.keep(item(70));
    assert.deepEqual(ranks(), [10, 20, 30, 70]);
    await list.loadMore();
    assert.deepEqual(ranks(), [10, 20, 30, 40, 50, 60, 70]);
    await list.loadMore();
    assert.deepEqual(ranks(), [10, 20, 30, 40, 50, 60, 70, 80]);
  });

  it('leaves out items that the filter excludes, also by a change', async () => {
    const { list, ranks } = setUp([10, 20], { includes: ({ rank }) => rank % 10 === 0 });
    await list.load();
    list.put(item(15));
    list.put(item(25, 'k20'));
    assert.deepEqual(ranks(), [10]);
  });

  it('preserves changes during a request', async () => {
    const { server, list, ranks } = setUp([10, 20, 30, 40, 50, 60]);
    server.held = true;
    void list.load();
    list.remove('k20');
    list.put(item(15));
    await server.release();
    assert.deepEqual(ranks(), [10, 15, 30]);
    server.held = true;
    void list.loadMore();
    list.remove('k50');
    list.put(item(45));
    list.put(item(12));
    await server.release();
    assert.deepEqual(ranks(), [10, 12, 15, 30, 40, 45, 60]);
  });

  it('shows an item once that moved to a later page', async () => {
    const { list, ranks } = setUp([10, 20, 30, 40, 50]);
    await list.load();
    list.put(item(25, 'k40'));
    await list.loadMore();
    assert.deepEqual(ranks(), [10, 20, 30, 40, 50]);
  });

  it('reads the loaded pages again, and shows the old ones meanwhile', async () => {
    const { server, list, ranks } = setUp([10, 20, 30, 40, 50, 60, 70]);
    await list.load();
    await list.loadMore();
    server.items = [11, 21, 31, 41, 51, 61, 71].map((rank) => item(rank));
    server.held = true;
    void list.load();
    await settled();
    assert.deepEqual([ranks(), list.state.value], [[10, 20, 30, 40, 50, 60], 'ready']);
    await server.release();
    assert.deepEqual([ranks(), list.hasMore.value], [[11, 21, 31, 41, 51, 61], true]);
    assert.deepEqual(server.requests, [undefined, '3', undefined, '3']);
  });

  it('reads the first page again, without undoing what changed meanwhile', async () => {
    const { server, list, ranks } = setUp([10, 20, 30, 40]);
    await list.load();
    await list.loadMore();
    server.items = [5, 10, 20, 30, 40].map((rank) => item(rank));
    server.held = true;
    void list.refreshFirstPage();
    list.remove('k20');
    await server.release();
    assert.deepEqual(
      [ranks(), server.requests],
      [
        [5, 10, 30, 40],
        [undefined, '3', undefined],
      ],
    );
  });

  it('reads a page in flight again if the list is read again meanwhile', async () => {
    const { server, list, ranks } = setUp([10, 20, 30, 40]);
    await list.load();
    server.held = true;
    void list.loadMore();
    void list.load();
    await server.release();
    await settled();
    assert.deepEqual([ranks(), list.nextPage.value], [[10, 20, 30, 40], 'idle']);
    assert.deepEqual(server.requests, [undefined, '3', undefined, '3']);
  });

  it('loads the next page after a load in progress', async () => {
    const { server, list, ranks } = setUp([10, 20, 30, 40]);
    await list.load();
    for (const load of [list.load, list.refreshFirstPage]) {
      server.held = true;
      void load();
      void list.loadMore();
      await server.release();
      await settled();
      assert.deepEqual(ranks(), [10, 20, 30, 40]);
      list.close();
      await list.load();
    }
  });

  it('repeats failed requests when told that the connection is back', async () => {
    const { server, list, ranks } = setUp([10, 20, 30, 40]);
    server.failOnce();
    await list.load();
    assert.equal(list.state.value, 'failed');
    list.retryFailed();
    await settled();
    assert.deepEqual([list.state.value, ranks()], ['ready', [10, 20, 30]]);

    server.failOnce();
    await list.loadMore();
    assert.equal(list.nextPage.value, 'failed');
    list.retryFailed();
    await settled();
    assert.deepEqual([list.nextPage.value, ranks()], ['idle', [10, 20, 30, 40]]);

    server.failOnce();
    server.items = [item(11)];
    await list.load();
    assert.deepEqual([list.state.value, ranks()], ['ready', [10, 20, 30, 40]], 'the old items stay in view');
    list.retryFailed();
    await settled();
    assert.deepEqual(ranks(), [11]);
    list.retryFailed();
    assert.equal(server.requests.length, 6, 'nothing is left to repeat');
  });

  it('waits as long as the server says after too many requests', async (test) => {
    const timers = mockTimers(test);
    const { server, list, ranks } = setUp([10]);
    server.failOnce({ code: 'RATE_LIMITED', retryAfter: 3 });
    void list.load();
    await settled();
    await timers.tick(2_999);
    assert.equal(server.requests.length, 1);
    await timers.tick(1);
    assert.deepEqual(ranks(), [10]);
  });

  it('sorts a list that fits into one page by its own order, and a longer one by that of the server', async () => {
    const compareComplete = (a: Item, b: Item) => compare(b, a);
    const short = setUp([10, 20, 30], { compareComplete });
    await short.list.load();
    short.list.put(item(25));
    assert.deepEqual(short.ranks(), [30, 25, 20, 10]);
    const long = setUp([10, 20, 30, 40], { compareComplete });
    await long.list.load();
    await long.list.loadMore();
    assert.deepEqual(long.ranks(), [10, 20, 30, 40]);
  });

  it('opens another list, shows the interim items and drops answers to the former one', async () => {
    const { server, list, ranks } = setUp([10, 20, 30, 40]);
    server.held = true;
    void list.load();
    const other = new PagedServer([item(1), item(2)]);
    const opened = list.open({ readPage: (cursor) => other.readPage(cursor), compare }, [item(7)]);
    assert.deepEqual([ranks(), list.state.value], [[7], 'loading']);
    await opened;
    await server.release();
    assert.deepEqual([ranks(), list.hasMore.value], [[1, 2], false]);
    list.close();
    assert.deepEqual([ranks(), list.state.value], [[], 'idle']);
  });

  it('catches up with missed changes, by a request only if an item is missing', async () => {
    const { server, list, ranks } = setUp([10, 20, 30, 40]);
    await list.load();
    await list.catchUp([item(99), item(20)], ['k10']);
    assert.deepEqual([ranks(), server.requests.length], [[20, 30], 1]);
    server.items = [15, 20, 30, 40].map((rank) => item(rank));
    await list.catchUp([item(15)], []);
    assert.deepEqual([ranks(), server.requests.length], [[15, 20, 30], 2]);
  });
});
