import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FileInfo, FileListOptions, FileOrder, LiveEvent } from '@kingshare/client';
import { signal } from '@preact/signals';
import { createFileList, rowOf } from './file-list';
import { matchesSearch, naturalOrder, serverOrder } from './file-order';
import { PagedServer, settled } from './test-support';

const file = (filename: string, minute = 0): FileInfo => ({
  id: `id of ${filename}`,
  filename,
  size: filename.length,
  content_type: 'text/plain',
  sha256: '',
  created_at: new Date(minute * 60_000).toISOString(),
  owner_id: 'ada',
});

const event = (type: string, data: object, minute = 0) =>
  ({ type, data, missed: false, time: new Date(minute * 60_000).toISOString() }) as LiveEvent;
const uploaded = (filename: string, minute?: number) =>
  event('FileUploaded', { file_id: `id of ${filename}`, filename, size: filename.length }, minute);
const deleted = (filename: string) => event('FileDeleted', { file_id: `id of ${filename}`, filename });

function setUp(filenames: string[], initialOrder: FileOrder = 'filename') {
  const server = new PagedServer(filenames.map((name, index) => file(name, index)));
  const requests: FileListOptions[] = [];
  const readPage = (options: FileListOptions) => {
    requests.push(options);
    const order = serverOrder(options.sort!);
    server.items.sort((a, b) => order(rowOf(a), rowOf(b)));
    return server.readPage(options.cursor, (item) => matchesSearch(options.query ?? '')(rowOf(item)));
  };
  const list = createFileList({ readPage, order: signal(initialOrder), language: signal('en'), searchDelay: 0 });
  const names = () => list.visible.value.map(({ filename }) => filename);
  const searches = () => requests.map(({ query }) => query).filter(Boolean);
  return { server, list, names, requests, searches };
}

/** Waits for a search without delay and its answer. */
const searched = async () => {
  await new Promise((done) => setTimeout(done, 5));
  await settled();
};

describe('a file list that is loaded completely', () => {
  it('is searched and sorted without a request', async () => {
    const { list, names, requests } = setUp(['b 10.txt', 'a.txt', 'B 9.txt']);
    await list.load();
    assert.deepEqual(names(), ['a.txt', 'B 9.txt', 'b 10.txt']);
    list.setSearch(' B ');
    assert.deepEqual([names(), list.state.value], [['B 9.txt', 'b 10.txt'], 'ready']);
    list.setOrder('-filename');
    assert.deepEqual(names(), ['b 10.txt', 'B 9.txt']);
    list.setSearch('');
    assert.deepEqual(names(), ['b 10.txt', 'B 9.txt', 'a.txt']);
    await searched();
    assert.equal(requests.length, 1);
  });

  it('hides files whose deletion can be undone', async () => {
    const { list, names } = setUp(['a', 'b']);
    await list.load();
    list.hidden.value = new Set(['id of a']);
    assert.deepEqual(names(), ['b']);
    list.hidden.value = new Set();
    assert.deepEqual(names(), ['a', 'b']);
  });
});

describe('a longer file list', () => {
  const filenames = ['apple', 'banana', 'cherry', 'date', 'elder', 'fig', 'grape', 'apricot'];

  it('is searched by the server, once typing ends', async () => {
    const { list, names, searches } = setUp(filenames);
    await list.load();
    for (const text of ['a', 'ap', 'apr']) list.setSearch(text);
    assert.deepEqual([names(), list.state.value], [['apricot'], 'loading'], 'matches among the loaded files at once');
    list.setSearch('gr');
    assert.deepEqual(names(), []);
    await searched();
    assert.deepEqual([names(), list.state.value, searches()], [['grape'], 'ready', ['gr']]);
    list.setSearch('');
    assert.deepEqual([names(), list.state.value], [['apple', 'apricot', 'banana'], 'ready']);
  });

  it('drops the answer to an earlier search', async () => {
    const { server, list, names } = setUp(filenames);
    await list.load();
    server.held = true;
    list.setSearch('gr');
    await searched();
    list.setSearch('fi');
    await searched();
    await server.release();
    assert.deepEqual(names(), ['fig']);
  });

  it('has pages of results too', async () => {
    const { list, names } = setUp(filenames);
    await list.load();
    list.setSearch('e');
    await searched();
    assert.deepEqual([names(), list.inView.value.hasMore.value], [['apple', 'cherry', 'date'], true]);
    await list.inView.value.loadMore();
    assert.deepEqual([names(), list.inView.value.hasMore.value], [['apple', 'cherry', 'date', 'elder', 'grape'], false]);
  });

  it('is sorted by the server, as are the results of a search', async () => {
    const { list, names, requests } = setUp(filenames);
    await list.load();
    list.setSearch('e');
    await searched();
    list.setOrder('-filename');
    assert.deepEqual(names(), ['apple', 'cherry', 'date'], 'the old rows until the new ones arrive');
    await settled();
    assert.deepEqual(names(), ['grape', 'elder', 'date']);
    list.setSearch('');
    assert.deepEqual(names(), ['grape', 'fig', 'elder']);
    assert.deepEqual(
      requests.slice(-2).map(({ sort, query }) => [sort, query]),
      [
        ['-filename', undefined],
        ['-filename', 'e'],
      ],
    );
  });

  it('says that a search failed, and repeats it when the connection is back', async () => {
    const { server, list, names } = setUp(filenames);
    await list.load();
    server.failOnce();
    list.setSearch('gr');
    await searched();
    assert.equal(list.state.value, 'failed');
    list.onResumed([]);
    await settled();
    assert.deepEqual([names(), list.state.value], [['grape'], 'ready']);
  });

  it('takes uploads into the loaded part and into matching results', async () => {
    const { list, names } = setUp(filenames);
    await list.load();
    list.onEvent(uploaded('avocado'));
    list.onEvent(uploaded('zucchini'));
    assert.deepEqual(names(), ['apple', 'apricot', 'avocado', 'banana']);
    list.setSearch('gr');
    await searched();
    list.onEvent(uploaded('green grape'));
    list.onEvent(uploaded('avocado 2'));
    assert.deepEqual(names(), ['grape', 'green grape']);
    list.onEvent(deleted('grape'));
    assert.deepEqual(names(), ['green grape']);
  });

  it('follows a new name into, within and out of the loaded part', async () => {
    const { list, names } = setUp(filenames);
    await list.load();
    list.put({ ...rowOf(file('grape')), filename: 'aubergine' });
    assert.deepEqual(names(), ['apple', 'apricot', 'aubergine', 'banana']);
    list.put({ ...rowOf(file('grape')), filename: 'ash' });
    list.put({ ...rowOf(file('apple')), filename: 'quince' });
    assert.deepEqual(names(), ['apricot', 'ash', 'banana']);
  });

  it('catches up after an interruption, with a request only if needed', async () => {
    const { server, list, names, requests } = setUp(filenames);
    await list.load();
    list.onResumed([uploaded('apple'), uploaded('zucchini'), uploaded('avocado'), deleted('avocado'), deleted('apricot')]);
    await settled();
    assert.deepEqual([names(), requests.length], [['apple', 'banana'], 1]);
    server.items.push(file('almond'));
    list.onResumed([uploaded('almond')]);
    await settled();
    assert.deepEqual([names(), requests.length], [['almond', 'apple', 'apricot'], 2]);
    list.onResumed(null);
    await settled();
    assert.equal(requests.length, 3);
  });
});

describe('the order of files', () => {
  const sorted = (filenames: string[], order: FileOrder, compare = serverOrder) =>
    filenames
      .map((name, index) => rowOf(file(name, index)))
      .sort(compare(order))
      .map(({ filename }) => filename);

  it('is that of the server: by folded code points', () => {
    assert.deepEqual(sorted(['b', 'B 9', 'b 10', 'Ä', 'a', '😀', '\uff21'], 'filename'), ['a', 'b', 'b 10', 'B 9', 'Ä', '\uff21', '😀']);
    assert.deepEqual(sorted(['a', 'ccc', 'bb'], '-size'), ['ccc', 'bb', 'a']);
    assert.deepEqual(sorted(['a', 'b', 'c'], '-created_at'), ['c', 'b', 'a']);
  });

  it('is that of people in a complete list', () => {
    const natural = (order: FileOrder) => naturalOrder(order, 'en');
    assert.deepEqual(sorted(['b 10', 'B 9', 'Ä', 'a', 'c'], 'filename', natural), ['a', 'Ä', 'B 9', 'b 10', 'c']);
  });

  it('is by id among equals, and reversed as a whole', () => {
    const [a, b] = [rowOf(file('x')), { ...rowOf(file('x')), id: 'jd' }];
    assert.ok(serverOrder('filename')(a, b) < 0 && serverOrder('-filename')(a, b) > 0);
    assert.equal(serverOrder('filename')(a, a), 0);
  });

  it('finds names regardless of case and composition', () => {
    for (const [text, filename] of [
      ['STRASSE', 'straße.txt'],
      ['über', 'U\u0308BER.txt'],
      ['σασ', 'ΣΑΣ.txt'],
    ] as const)
      assert.ok(matchesSearch(text)(rowOf(file(filename))), text);
    assert.ok(!matchesSearch('b')(rowOf(file('a.txt'))));
  });
});
