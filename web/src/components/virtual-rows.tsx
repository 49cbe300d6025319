import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';

interface Props {
  count: number;
  rowHeight: number;
  /** Index of a row that is always rendered, because it may have the focus. */
  focusedIndex: number;
  /** Must keep its identity while the rows are unchanged. */
  children: (index: number, top: number) => VNode;
}

const margin = 8;

/** Virtualizes a long list that scrolls with the window: renders only the visible rows and a margin around them. */
export function VirtualRows({ count, rowHeight, focusedIndex, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const range = useSignal({ first: 0, end: 30 });

  useLayoutEffect(() => {
    const measure = () => {
      const top = box.current!.getBoundingClientRect().top;
      const first = Math.max(0, Math.floor(-top / rowHeight) - margin);
      const end = Math.ceil((innerHeight - top) / rowHeight) + margin;
      if (first !== range.value.first || end !== range.value.end) range.value = { first, end };
    };
    measure();
    addEventListener('scroll', measure, { passive: true });
    addEventListener('resize', measure);
    return () => {
      removeEventListener('scroll', measure);
      removeEventListener('resize', measure);
    };
  }, [count, rowHeight]);

  // Reuse the vnodes of rows that stay visible: Preact then skips diffing them on each scroll step.
  const rendered = useMemo(() => new Map<number, VNode>(), [children, rowHeight]);
  const rowAt = (index: number) => {
    const row = rendered.get(index) ?? children(index, index * rowHeight);
    rendered.set(index, row);
    return row;
  };

  const { first, end } = range.value;
  const shown: number[] = [];
  for (let index = Math.min(first, Math.max(0, count - 1)); index < Math.min(end, count); ++index) shown.push(index);
  if (focusedIndex >= 0 && focusedIndex < count && (focusedIndex < first || focusedIndex >= end)) shown.push(focusedIndex);

  for (const index of rendered.keys()) if (!shown.includes(index)) rendered.delete(index);

  return (
    <div ref={box} role="rowgroup" class="virtual-rows" style={{ height: `${count * rowHeight}px` }}>
      {shown.map(rowAt)}
    </div>
  );
}
