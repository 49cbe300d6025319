import { useEffect, useState } from 'preact/hooks';
import { texts } from '../texts';

const patience = 250; // ms

/** A spinner that appears only after a delay, so that fast loads do not flicker. */
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
