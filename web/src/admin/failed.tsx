import { Empty } from '../components/empty';
import { texts } from '../texts';
import { adminTexts } from '../texts/admin';

export function Failed({ retry }: { retry: () => void }) {
  return (
    <Empty icon="alert" title={adminTexts.value.loadFailed}>
      <button type="button" class="button" onClick={retry}>
        {texts.value.common.retry}
      </button>
    </Empty>
  );
}
