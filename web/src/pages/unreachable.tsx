import { Empty } from '../components/empty';
import { Heading } from '../components/page';
import { reachable } from '../parts/persist';
import { texts } from '../texts';

export function Unreachable() {
  const { errors, common } = texts.value;
  return (
    <main class="loading">
      <Empty icon="alert" title={errors.NETWORK}>
        <div class="visually-hidden">
          <Heading>{errors.NETWORK}</Heading>
        </div>
        <button type="button" class="button" onClick={reachable}>
          {common.retry}
        </button>
      </Empty>
    </main>
  );
}
