import { Empty } from '../components/empty';
import { texts } from '../texts';

/** The placeholder for a part of the page that could not be loaded yet. */
export function Waiting({ why }: { why: 'unreachable' | 'gone' }) {
  const { parts, common } = texts.value;
  return (
    <div role="status">
      {why === 'unreachable' ? (
        <Empty icon="alert" title={parts.unreachable}>
          <p>{parts.unreachableText}</p>
        </Empty>
      ) : (
        <Empty icon="alert" title={parts.gone}>
          <p>{parts.goneText}</p>
          <button type="button" class="button" onClick={() => location.reload()}>
            {common.reload}
          </button>
        </Empty>
      )}
    </div>
  );
}
