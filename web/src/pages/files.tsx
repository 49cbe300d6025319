import '../styles/files.css';
import { computed } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { EmptyState } from '../components/empty-state';
import { LoadError } from '../components/load-error';
import { Icon } from '../components/icon';
import { Loading } from '../components/loading';
import { PageHead } from '../components/page';
import { FileList } from '../files/file-list';
import { clearSelection } from '../files/selection';
import { Toolbar } from '../files/toolbar';
import { files, search, visible } from '../state/files';
import { shares } from '../state/shares';
import { loadUnfinishedUploads } from '../state/unfinished-uploads';
import { addUploads } from '../state/uploads';
import { texts } from '../texts';
import { formats } from '../texts/format';
import { pickFiles, UploadButtons } from '../uploads/pick-files';
import { UnfinishedUploads } from '../uploads/unfinished-uploads';

const hasNoFiles = computed(() => visible.value.length === 0 && !search.value);
const isEmpty = computed(() => hasNoFiles.value && files.state.value === 'ready');

export const Files = Object.assign(FilesPage, { preload: () => void files.load() });

function FilesPage() {
  // Before the first paint, so that the request runs in parallel with rendering.
  useLayoutEffect(() => {
    if (files.state.peek() === 'idle' || files.state.peek() === 'failed') void files.load();
    if (shares.state.peek() === 'idle') void shares.load();
    void loadUnfinishedUploads();
    return () => {
      clearSelection();
      search.value = '';
    };
  }, []);

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
  const count = visible.value.length;
  if (files.state.value === 'failed') return null;
  if (files.state.value === 'loading') return <>{t.loadingMore(number(count))}</>;
  if (search.value) return <span role="status">{t.matching(number(count), count)}</span>;
  return <>{t.count(number(count), count)}</>;
}

function Content() {
  const { files: t } = texts.value;
  const state = files.state.value;
  if (state === 'failed') return <LoadError title={t.loadFailed} retry={() => void files.load()} />;
  if (hasNoFiles.value && state !== 'ready') return <Loading />;
  if (hasNoFiles.value) {
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
  return (
    <>
      <Toolbar />
      {visible.value.length > 0 ? (
        <FileList />
      ) : (
        <EmptyState icon="search" title={t.nothingFound}>
          <p>{t.nothingFoundText(search.value)}</p>
          <button type="button" class="button" onClick={() => (search.value = '')}>
            {t.clearSearch}
          </button>
        </EmptyState>
      )}
    </>
  );
}
