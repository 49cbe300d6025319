import type { FileOrder } from '@kingshare/client';
import { Icon } from '../components/icon';
import { client } from '../state/client';
import { deleteFiles } from '../state/deletion';
import { files as fileList } from '../state/files';
import { texts } from '../texts';
import { formats } from '../texts/format';
import { clearSelection, selected } from './selection';

// The ids are sent in the URL, and the request head is limited.
const zipLimit = 400;

export function Toolbar() {
  return selected.value.length > 0 ? <SelectionBar /> : <SearchBar />;
}

function SearchBar() {
  const { files } = texts.value;
  return (
    <div class="toolbar" role="search">
      <div class="search">
        <Icon name="search" size={18} />
        <input
          type="search"
          class="input"
          aria-label={files.search}
          placeholder={files.searchHint}
          value={fileList.search.value}
          onInput={(event) => fileList.setSearch(event.currentTarget.value)}
        />
      </div>
      <select
        class="input narrow-only"
        aria-label={files.sort}
        value={fileList.order.value}
        onChange={(event) => fileList.setOrder(event.currentTarget.value as FileOrder)}
      >
        {Object.entries(files.sorts).map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function SelectionBar() {
  const { files } = texts.value;
  const { number } = formats.value;
  const rows = selected.value;
  const fits = rows.length <= zipLimit;

  const remove = () => {
    deleteFiles(rows);
    clearSelection();
  };

  return (
    <div class="toolbar selection" role="toolbar" aria-label={files.selected(number(rows.length), rows.length)}>
      <button type="button" class="icon-button" aria-label={files.clearSelection} onClick={clearSelection}>
        <Icon name="close" />
      </button>
      <strong class="selection-count" role="status">
        {files.selected(number(rows.length), rows.length)}
      </strong>
      {fits ? (
        <a class="button small" aria-label={files.zip} href={client.files.archiveUrl(rows.map(({ id }) => id))} download>
          <Icon name="archive" size={18} />
          <span class="wide-only">{files.zip}</span>
        </a>
      ) : (
        <span class="small soft">{files.zipTooMany(number(zipLimit))}</span>
      )}
      <button type="button" class="button small delete-button" aria-label={files.delete} onClick={remove}>
        <Icon name="trash" size={18} />
        <span class="wide-only">{files.delete}</span>
      </button>
    </div>
  );
}
