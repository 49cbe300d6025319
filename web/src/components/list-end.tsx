import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Collection } from '../state/collection';
import { texts } from '../texts';
import { Loading } from './loading';

/** The end of a list that is loaded in pages: loads the next page when it is less than two screens away. Must be placed below the list. */
export function ListEnd<T>({ of: list }: { of: Collection<T> }) {
  const element = useRef<HTMLDivElement>(null);
  const hasMore = list.hasMore.value;
  const nextPage = list.nextPage.value;

  // The observer reports changes only: begin anew after each page, since the end may still be near.
  useLayoutEffect(() => {
    if (!hasMore || nextPage !== 'idle') return;
    const observer = new IntersectionObserver(([entry]) => entry!.isIntersecting && void list.loadMore(), { rootMargin: '200% 0px' });
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, [list, hasMore, nextPage, list.items.value.length]);

  if (!hasMore) return null;
  return (
    <div ref={element} class="list-end">
      {nextPage === 'failed' ? (
        <button type="button" class="button" onClick={() => void list.loadMore()}>
          {texts.value.common.retry}
        </button>
      ) : (
        <Loading />
      )}
    </div>
  );
}

/** Appends a plus to the count of a list that has further pages. */
export const countOf = (count: string, hasMore: boolean) => (hasMore ? `${count}+` : count);
