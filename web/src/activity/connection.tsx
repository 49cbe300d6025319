import { computed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../components/toast';
import { connection } from '../state/live';
import { texts } from '../texts';

const isLive = computed(() => connection.value.name === 'live' || connection.value.name === 'catching up');

export function ConnectionStatus() {
  const { connection: t } = texts.value;
  return (
    <span class="connection">
      <span class={isLive.value ? 'dot on beating' : 'dot'} />
      {isLive.value ? t.live : t.connecting}
    </span>
  );
}

/** Warns while the displayed data may be out of date. */
export function ConnectionBanner() {
  const { connection: t } = texts.value;
  const wasLost = useRef(false);
  const isLost = connection.value.name === 'waiting' || connection.value.name === 'closed';

  useEffect(() => {
    if (isLost) wasLost.current = true;
    else if (isLive.value && wasLost.current) {
      wasLost.current = false;
      announce(t.back);
    }
  });

  if (!isLost && !(wasLost.current && !isLive.value)) return null;
  return (
    <div class="banner" role="status">
      {t.lost}
    </div>
  );
}
