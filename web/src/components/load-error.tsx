import { texts } from '../texts';
import { EmptyState } from './empty-state';

export function LoadError({ title, retry }: { title: string; retry: () => void }) {
  return (
    <EmptyState icon="alert" title={title}>
      <button type="button" class="button" onClick={retry}>
        {texts.value.common.retry}
      </button>
    </EmptyState>
  );
}
