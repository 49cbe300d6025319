import type { Share } from '@kingshare/client';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../components/icon';
import { texts } from '../texts';
import { copyText } from './copy';
import { QrCode } from './qr-code';
import { ShareDetails } from './share-details';

/** A link with all the ways to pass it on. */
export function LinkCard({ share, copied: initiallyCopied }: { share: Share; copied?: boolean }) {
  const { share: t, common } = texts.value;
  const copied = useSignal(initiallyCopied ?? false);
  const failed = useSignal(false);
  const qr = useSignal(false);
  const field = useRef<HTMLInputElement>(null);

  useEffect(() => {
    if (initiallyCopied !== undefined) field.current!.focus();
  }, []);

  const copy = async () => {
    field.current!.select();
    copied.value = await copyText(share.url);
    failed.value = !copied.value;
  };

  return (
    <div class="link-card">
      <div class="link-line">
        <input ref={field} class="input" readOnly aria-label={t.link} value={share.url} onFocus={(event) => event.currentTarget.select()} />
        <button type="button" class={copied.value ? 'button' : 'button primary'} onClick={copy}>
          <Icon name={copied.value ? 'check' : 'copy'} size={18} />
          {copied.value ? common.copied : common.copy}
        </button>
      </div>
      <p class={failed.value ? 'small warn' : 'visually-hidden'} role="status">
        {failed.value ? t.copyFailed : copied.value && t.copied}
      </p>
      <ShareDetails share={share} />
      <div class="link-ways">
        <button type="button" class="button small quiet" aria-expanded={qr.value} onClick={() => (qr.value = !qr.value)}>
          <Icon name="qr" size={18} />
          {t.qr}
        </button>
        {'share' in navigator && (
          <button
            type="button"
            class="button small quiet"
            onClick={() => void navigator.share({ title: share.filename, url: share.url }).catch(() => {})}
          >
            <Icon name="send" size={18} />
            {t.system}
          </button>
        )}
        <a class="button small quiet" href={share.url} target="_blank" rel="noreferrer">
          <Icon name="eye" size={18} />
          {t.open}
        </a>
      </div>
      {qr.value && <QrCode text={share.url} label={t.qrOf(share.filename)} />}
    </div>
  );
}
