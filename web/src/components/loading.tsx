import { useEffect, useState } from 'preact/hooks';
import { texts } from '../texts';

const patience = 250; // ms

/** Says that something takes its time, once it does: what comes at once needs no sign of waiting. */
export function Loading() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), patience);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="loading" role="status">
      {late && (
        <>
          <span class="spinner" />
          <span class="visually-hidden">{texts.value.common.loading}</span>
        </>
      )}
    </div>
  );
}
