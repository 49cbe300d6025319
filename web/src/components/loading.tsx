import { useEffect, useState } from 'preact/hooks';
import { texts } from '../texts';

const spinnerDelay = 250; // ms

/** A spinner that appears only after a delay, so that fast loads do not flicker. */
export function Loading() {
  const [isVisible, setVisible] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setVisible(true), spinnerDelay);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="loading" role="status">
      {isVisible && (
        <>
          <span class="spinner" />
          <span class="visually-hidden">{texts.value.common.loading}</span>
        </>
      )}
    </div>
  );
}
