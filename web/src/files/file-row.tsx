import type { ReadonlySignal } from '@preact/signals';
import { FileTile } from '../components/file-tile';
import { Icon } from '../components/icon';
import { openMenu } from '../components/menu';
import { FileName } from '../components/file-name';
import type { FileRow as File } from '../state/files';
import { flashes } from '../state/flashes';
import { linkCounts } from '../state/shares';
import { texts } from '../texts';
import { formats, now } from '../texts/format';
import { fileDialog } from './dialogs';
import { FileMenu } from './file-menu';
import { isSelected, selected, toggle } from './selection';

interface Props {
  file: File;
  index: number;
  top: number;
  /** Id of the file with the row in the tab order (roving tabindex). */
  tabbableId: ReadonlySignal<string | undefined>;
  onActivate: () => void;
}

export function FileRow({ file, index, top, tabbableId, onActivate }: Props) {
  const { files } = texts.value;
  const { bytes, agoShort, moment } = formats.value;
  const isChosen = isSelected(file.id);
  const flash = flashes.value.get(file.id);
  const links = linkCounts.value.get(file.id) ?? 0;
  const tabIndex = tabbableId.value === file.id ? 0 : -1;
  const added = agoShort(file.added, now.value);
  const { id, filename } = file;

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keys of its rows.
    <div
      role="row"
      class={flash ? 'file-row flash' : 'file-row'}
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      data-id={id}
      tabIndex={tabIndex}
      style={{ transform: `translateY(${top}px)` }}
      onFocusCapture={onActivate}
      onClick={(event) => {
        if (selected.value.length > 0 && !(event.target as Element).closest('button, input, a')) toggle(id, event.shiftKey);
      }}
    >
      <div role="gridcell" class="cell-check">
        <input
          type="checkbox"
          class="checkbox"
          aria-label={files.select(filename)}
          tabIndex={tabIndex}
          checked={isChosen}
          onClick={(event) => toggle(id, event.shiftKey)}
        />
      </div>
      <div role="gridcell" class="cell-name">
        <FileTile filename={filename} />
        <div class="file-name">
          <FileName of={filename} />
          <span class="file-meta">
            <span class="narrow-only">{flash ? bytes(file.size) : `${bytes(file.size)} · ${added}`}</span>
            {flash && (
              <span class="happening">
                <span class="dot on beating" />
                {files.happening[flash]}
              </span>
            )}
            {links > 0 && (
              <span class="file-links">
                <Icon name="link" size={13} />
                <span class="file-links-word">{files.links(links)}</span>
                <span class="narrow-only" aria-hidden="true">
                  {links}
                </span>
              </span>
            )}
          </span>
        </div>
      </div>
      <div role="gridcell" class="cell-size">
        {bytes(file.size)}
      </div>
      <div role="gridcell" class="cell-added" title={moment(file.added)}>
        {added}
      </div>
      <div role="gridcell" class="cell-actions">
        <button
          type="button"
          class="button small quiet share-button"
          aria-label={files.shareNamed(filename)}
          tabIndex={tabIndex}
          onClick={() => (fileDialog.value = { name: 'share', file })}
        >
          <Icon name="link" size={18} />
          <span class="wide-only">{files.share}</span>
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={files.more(filename)}
          aria-haspopup="menu"
          tabIndex={tabIndex}
          onClick={(event) => openMenu(event.currentTarget, files.more(filename), () => <FileMenu file={file} />)}
        >
          <Icon name="more" />
        </button>
      </div>
    </div>
  );
}
