import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';

interface Props {
  count: number;
  rowHeight: number;
  /** A row that stays, wherever the others are: it may have the focus. */
  keep: number;
  /** The same function as long as the rows are the same. */
  children: (index: number, top: number) => VNode;
}

const margin = 8;

/** Of a long list that scrolls with the window, the rows that can be seen and a few around them. */
export function VirtualRows({ count, rowHeight, keep, children }: Props) {
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

  // Rows that stay in sight are handed back as they were, which spares comparing them at each step.
  const rendered = useMemo(() => new Map<number, VNode>(), [children, rowHeight]);
  const rowAt = (index: number) => {
    const row = rendered.get(index) ?? children(index, index * rowHeight);
    rendered.set(index, row);
    return row;
  };

  const { first, end } = range.value;
  const shown: number[] = [];
  for (let index = Math.min(first, Math.max(0, count - 1)); index < Math.min(end, count); ++index) shown.push(index);
  if (keep >= 0 && keep < count && (keep < first || keep >= end)) shown.push(keep);

  for (const index of rendered.keys()) if (!shown.includes(index)) rendered.delete(index);

  return (
    <div ref={box} role="rowgroup" class="virtual-rows" style={{ height: `${count * rowHeight}px` }}>
      {shown.map(rowAt)}
    </div>
  );
}
