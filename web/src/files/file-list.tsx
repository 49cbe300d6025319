import type { FileOrder } from '@kingshare/client';
import { useComputed, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useCallback, useId, useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from '../components/icon';
import { VirtualRows } from '../components/virtual-rows';
import { deleteFiles } from '../state/deletion';
import { files as fileList } from '../state/files';
import { texts } from '../texts';
import { fileDialog } from './dialogs';
import { FileRow } from './file-row';
import { clearSelection, selectAll, selected, selectUpTo, toggle } from './selection';

const rowHeight = 60;
const headerSpace = 150;
const footerSpace = 90;

export function FileList() {
  const { files } = texts.value;
  const rows = fileList.visible.value;
  const { hasMore } = fileList.inView.value;
  const grid = useRef<HTMLDivElement>(null);
  const keysId = useId();
  const activeId = useSignal<string | null>(null);
  const active = Math.max(
    0,
    rows.findIndex((row) => row.id === activeId.value),
  );
  const focusTarget = useRef<string | null>(null);
  const tabbableId = useComputed(() => activeId.value ?? fileList.visible.value[0]?.id);
  const rowAt = useCallback(
    (index: number, top: number) => {
      const file = rows[index]!;
      return (
        <FileRow key={file.id} file={file} index={index} top={top} tabbableId={tabbableId} onActivate={() => (activeId.value = file.id)} />
      );
    },
    [rows],
  );

  useLayoutEffect(() => {
    const row = focusTarget.current && grid.current?.querySelector<HTMLElement>(`[data-id="${focusTarget.current}"]`);
    if (!row) return;
    focusTarget.current = null;
    row.focus({ preventScroll: true });
  });

  const focusRow = (index: number) => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, index))];
    if (!row) return;
    focusTarget.current = row.id;
    activeId.value = row.id;
    const box = grid.current!.querySelector('[role=rowgroup]:last-child')!.getBoundingClientRect();
    const top = box.top + rows.indexOf(row) * rowHeight;
    if (top < headerSpace) scrollBy(0, top - headerSpace);
    else if (top + rowHeight > innerHeight - footerSpace) scrollBy(0, top + rowHeight - innerHeight + footerSpace);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((innerHeight - headerSpace - footerSpace) / rowHeight));
    const to = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: rows.length - 1,
    }[event.key];
    const file = rows[active];
    if (!file) return;
    const onRow = (event.target as Element).getAttribute('role') === 'row';
    if (to !== undefined) {
      const target = rows[Math.min(rows.length - 1, Math.max(0, to))]!;
      if (event.shiftKey) selectUpTo(file.id, target.id);
      focusRow(to);
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) selectAll();
    else if (event.key === 'Escape' && selected.value.length > 0) clearSelection();
    else if (!onRow) return;
    else if (event.key === ' ') toggle(file.id, event.shiftKey);
    else if (event.key === 'Enter') fileDialog.value = { name: 'share', file };
    else if (event.key === 'F2') fileDialog.value = { name: 'rename', file };
    else if (event.key === 'Delete') {
      deleteFiles(selected.value.length > 0 ? selected.value : [file]);
      clearSelection();
    } else return;
    event.preventDefault();
  };

  const all = rows.length > 0 && selected.value.length === rows.length;

  return (
    <>
      <p class="visually-hidden" id={keysId}>
        {files.keys}
      </p>
      <div
        ref={grid}
        role="grid"
        class="file-list"
        aria-label={files.title}
        aria-describedby={keysId}
        aria-rowcount={hasMore.value ? -1 : rows.length + 1}
        aria-multiselectable="true"
        onKeyDown={onKeyDown}
      >
        <div role="rowgroup" class="file-head">
          <div role="row" class="file-row" aria-rowindex={1}>
            <div role="columnheader" class="cell-check">
              <input
                type="checkbox"
                class="checkbox"
                aria-label={files.selectAll}
                checked={all}
                indeterminate={!all && selected.value.length > 0}
                onClick={() => (all ? clearSelection() : selectAll())}
              />
            </div>
            <Column className="cell-name" by="filename">
              {files.name}
            </Column>
            <Column className="cell-size" by="size">
              {files.size}
            </Column>
            <Column className="cell-added" by="created_at">
              {files.added}
            </Column>
            <div role="columnheader" class="cell-actions">
              <span class="visually-hidden">{files.actions}</span>
            </div>
          </div>
        </div>
        <VirtualRows count={rows.length} rowHeight={rowHeight} focusedIndex={active}>
          {rowAt}
        </VirtualRows>
      </div>
    </>
  );
}

function Column({ className, by, children }: { className: string; by: 'filename' | 'size' | 'created_at'; children: ComponentChildren }) {
  const isCurrent = fileList.order.value.replace('-', '') === by;
  const descending = fileList.order.value.startsWith('-');
  const initialOrder: FileOrder = by === 'filename' ? 'filename' : `-${by}`;
  const reversed = (descending ? by : `-${by}`) as FileOrder;
  return (
    <div role="columnheader" class={className} aria-sort={isCurrent ? (descending ? 'descending' : 'ascending') : 'none'}>
      <button type="button" class="column" onClick={() => fileList.setOrder(isCurrent ? reversed : initialOrder)}>
        {children}
        {isCurrent && <Icon name={descending ? 'down' : 'up'} size={14} />}
      </button>
    </div>
  );
}
