import { texts } from '../texts';

export function Loading() {
  return (
    <div class="loading" role="status">
      <span class="spinner" />
      <span class="visually-hidden">{texts.value.common.loading}</span>
    </div>
  );
}
