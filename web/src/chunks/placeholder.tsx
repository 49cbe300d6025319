import { EmptyState } from '../components/empty-state';
import { texts } from '../texts';

/** The placeholder for a chunk that could not be loaded yet. */
export function ChunkPlaceholder({ reason }: { reason: 'unreachable' | 'gone' }) {
  const { parts, common } = texts.value;
  return (
    <div role="status">
      {reason === 'unreachable' ? (
        <EmptyState icon="alert" title={parts.unreachable}>
          <p>{parts.unreachableText}</p>
        </EmptyState>
      ) : (
        <EmptyState icon="alert" title={parts.gone}>
          <p>{parts.goneText}</p>
          <button type="button" class="button" onClick={() => location.reload()}>
            {common.reload}
          </button>
        </EmptyState>
      )}
    </div>
  );
}
