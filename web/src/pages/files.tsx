import '../styles/files.css';
import { computed } from '@preact/signals';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { EmptyState } from '../components/empty-state';
import { LoadError } from '../components/load-error';
import { Icon } from '../components/icon';
import { countOf, ListEnd } from '../components/list-end';
import { Loading } from '../components/loading';
import { PageHead } from '../components/page';
import { FileList } from '../files/file-list';
import { clearSelection } from '../files/selection';
import { Toolbar } from '../files/toolbar';
import { files } from '../state/files';
import { loadSharesSince, shares } from '../state/shares';
import { loadUnfinishedUploads } from '../state/unfinished-uploads';
import { addUploads } from '../state/uploads';
import { texts } from '../texts';
import { formats } from '../texts/format';
import { pickFiles, UploadButtons } from '../uploads/pick-files';
import { UnfinishedUploads } from '../uploads/unfinished-uploads';

const hasMore = computed(() => files.inView.value.hasMore.value);
const hasNoFiles = computed(() => files.visible.value.length === 0 && !files.search.value);
const isEmpty = computed(() => hasNoFiles.value && files.state.value === 'ready' && !hasMore.value);

export const Files = Object.assign(FilesPage, { preload: () => void files.load() });

function FilesPage() {
  // Before the first paint, so that the request runs in parallel with rendering.
  useLayoutEffect(() => {
    files.loadIfNeeded();
    if (shares.state.peek() === 'idle') void shares.load();
    void loadUnfinishedUploads();
    return () => {
      clearSelection();
      files.setSearch('');
    };
  }, []);
  // The rows show the number of links.
  const oldest = () => Math.min(...files.loaded.value.map(({ added }) => added));
  useEffect(() => loadSharesSince(oldest()), [files.loaded.value.length, shares.state.value]);

  const { files: t } = texts.value;
  return (
    <>
      <PageHead title={t.title} text={<Count />} actions={isEmpty.value ? null : <UploadButtons />} />
      <UnfinishedUploads />
      <Content />
    </>
  );
}

function Count() {
  const { files: t } = texts.value;
  const { number } = formats.value;
  const count = files.visible.value.length;
  const shown = countOf(number(count), hasMore.value);
  if (files.state.value === 'failed') return null;
  if (files.state.value === 'loading') return <>{texts.value.common.loading}</>;
  if (files.search.value) return <span role="status">{t.matching(shown, count)}</span>;
  return <>{t.count(shown, count)}</>;
}

function Content() {
  const { files: t } = texts.value;
  const state = files.state.value;
  const loadError = <LoadError title={t.loadFailed} retry={() => void files.load()} />;
  if (state === 'failed' && !files.search.value) return loadError;
  if (hasNoFiles.value && state !== 'ready') return <Loading />;
  if (isEmpty.value) {
    return (
      <div class="first-drop">
        <EmptyState icon="upload" title={t.emptyTitle}>
          <p>{t.emptyText}</p>
          <button type="button" class="button primary" onClick={() => pickFiles({}, addUploads)}>
            <Icon name="plus" />
            {t.choose}
          </button>
        </EmptyState>
      </div>
    );
  }
  const hasRows = files.visible.value.length > 0;
  return (
    <>
      <Toolbar />
      {state === 'failed' ? (
        loadError
      ) : (
        <>
          {hasRows && <FileList />}
          <ListEnd of={files.inView.value} />
          {!hasRows && state !== 'ready' && <Loading />}
          {!hasRows && state === 'ready' && !hasMore.value && (
            <EmptyState icon="search" title={t.nothingFound}>
              <p>{t.nothingFoundText(files.search.value)}</p>
              <button type="button" class="button" onClick={() => files.setSearch('')}>
                {t.clearSearch}
              </button>
            </EmptyState>
          )}
        </>
      )}
    </>
  );
}
