import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../components/icon';
import { toast } from '../components/toast';
import { copyText } from '../share-dialog/copy';
import { texts } from '../texts';

interface Props {
  url: string;
  label: string;
  /** Accessible name of the copy button. */
  copyLabel: string;
  copied: string;
  hint: string;
}

/** A link that is shown only once. */
export function OneTimeLink({ url, label, copyLabel, copied, hint }: Props) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current!.focus(), []);
  const copy = async () => {
    field.current!.select();
    const done = await copyText(url);
    toast(done ? copied : texts.value.share.copyFailed, { tone: done ? 'good' : 'warning' });
  };
  return (
    <>
      <div class="link-line">
        <input ref={field} class="input" readOnly aria-label={label} value={url} onFocus={(event) => event.currentTarget.select()} />
        <button type="button" class="button primary" aria-label={copyLabel} onClick={copy}>
          <Icon name="copy" size={18} />
          {texts.value.common.copy}
        </button>
      </div>
      <p class="small soft">{hint}</p>
    </>
  );
}
