import { texts } from '../texts';
import { Empty } from './empty';

export function Failed({ title, retry }: { title: string; retry: () => void }) {
  return (
    <Empty icon="alert" title={title}>
      <button type="button" class="button" onClick={retry}>
        {texts.value.common.retry}
      </button>
    </Empty>
  );
}
