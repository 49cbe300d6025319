import { EmptyState } from '../components/empty-state';
import { Heading } from '../components/page';
import { retryNow } from '../retry';
import { texts } from '../texts';

export function Unreachable() {
  const { errors, common } = texts.value;
  return (
    <main class="loading">
      <EmptyState icon="alert" title={errors.NETWORK}>
        <div class="visually-hidden">
          <Heading>{errors.NETWORK}</Heading>
        </div>
        <button type="button" class="button" onClick={retryNow}>
          {common.retry}
        </button>
      </EmptyState>
    </main>
  );
}
