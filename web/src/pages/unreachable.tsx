import { Empty } from '../components/empty';
import { Heading } from '../components/page';
import { recall } from '../state/session';
import { texts } from '../texts';

export function Unreachable() {
  const { errors, common } = texts.value;
  return (
    <main class="loading">
      <Empty icon="alert" title={errors.NETWORK}>
        <div class="visually-hidden">
          <Heading>{errors.NETWORK}</Heading>
        </div>
        <button type="button" class="button" onClick={() => void recall()}>
          {common.retry}
        </button>
      </Empty>
    </main>
  );
}
