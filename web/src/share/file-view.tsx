import { batch, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { Icon } from '../components/icon';
import { Heading } from '../components/page';
import { Progress } from '../components/progress';
import { client, isError } from '../state/client';
import { Speed } from '../state/speed';
import { texts } from '../texts';
import { formats } from '../texts/format';
import { shareTexts } from '../texts/share';
import { token, type SharedFile } from './facts';
import { kindOf, typeOf } from './kind';
import { Ended } from './message';
import { Preview, PreviewOffer } from './preview';
import { save, Transfer } from './transfer';
import type { End } from './watch';

// Bytes. Larger files are downloaded to disk by the browser itself.
const mostInMemory = 256_000_000;

type Shown = { url: string; content?: Blob };

interface Props {
  file: SharedFile;
  end: End | null;
}

/** The shared file. Its content is fetched once and used for both preview and saving. */
export function FileView({ file, end }: Props) {
  const t = shareTexts.value;
  const { bytes, duration, moment, number } = formats.value;
  const content = useSignal<Blob | null>(null);
  const shown = useSignal<Shown | null>(null);
  const received = useSignal<number | null>(null);
  const waits = useSignal<'network' | 'taken' | null>(null);
  const message = useSignal('');
  const problem = useSignal('');
  const left = useSignal(file.downloadsLeft);
  const speed = useMemo(() => new Speed(), []);
  const transfer = useMemo(() => new Transfer(token, typeOf(file)), []);
  const stopper = useMemo(() => ({ current: new AbortController() }), []);

  const kind = kindOf(file);
  const fits = file.size <= mostInMemory;
  const streams =
    (kind === 'video' || kind === 'audio') && file.downloadsLeft === null && !file.type.startsWith('application/octet-stream');
  const busy = received.value !== null;

  const load = async (): Promise<Blob | null> => {
    if (content.value) return content.value;
    stopper.current = new AbortController();
    batch(() => {
      received.value = 0;
      waits.value = null;
      message.value = problem.value = '';
    });
    speed.rest();
    try {
      const whole = await transfer.fetch({
        signal: stopper.current.signal,
        onProgress(bytes) {
          received.value = bytes;
          speed.note(bytes);
        },
        onWaiting: (why) => (waits.value = why),
      });
      content.value = whole;
      if (left.value !== null) left.value = Math.max(0, left.value - 1);
      return whole;
    } catch (error) {
      if (!stopper.current.signal.aborted) problem.value = isError(error, 'GONE') ? t.usedUp : t.broke;
      return null;
    } finally {
      received.value = null;
    }
  };

  const look = async () => {
    if (streams) {
      shown.value = { url: client.publicShares.contentUrl(token, { inline: true }) };
      return;
    }
    const whole = await load();
    if (whole) shown.value = { url: URL.createObjectURL(whole), content: whole };
  };

  const download = async (event: MouseEvent) => {
    if (!fits) {
      message.value = t.byBrowser;
      return;
    }
    event.preventDefault();
    if (busy) return;
    const whole = await load();
    if (!whole) return;
    save(whole, file.filename);
    message.value = t.saved(file.filename);
  };

  const remaining = speed.bytesPerSecond.value > 0 ? (file.size - (received.value ?? 0)) / speed.bytesPerSecond.value : null;
  if (end && !content.value && !shown.value && !busy) return <Ended end={end} />;

  return (
    <>
      {shown.value ? (
        <Preview file={file} kind={kind!} {...shown.value} />
      ) : (
        <PreviewOffer
          file={file}
          reason={kind === null ? t.noPreview : !fits && !streams ? t.tooLarge : left.value !== null && !content.value ? t.counts : ''}
          possible={kind !== null && (fits || streams) && (!end || content.value !== null)}
          busy={busy}
          onLook={look}
        />
      )}
      <div class="leaf-text">
        <Heading>{file.filename}</Heading>
        <p>{t.shared}</p>
        <ul class="leaf-facts">
          <li>{bytes(file.size)}</li>
          {file.expires !== null && !end && <li>{t.until(moment(file.expires))}</li>}
          {left.value !== null && !end && <li>{t.left(number(left.value), left.value)}</li>}
        </ul>
        {busy ? (
          <div class="leaf-progress">
            <Progress
              label={t.progress(file.filename)}
              value={file.size > 0 ? received.value! / file.size : 1}
              state={waits.value ? 'paused' : 'active'}
            />
            {waits.value && (
              <p class="small warn" role="status">
                {waits.value === 'taken' ? t.taken : t.waits}
              </p>
            )}
            <p class="small soft">
              <span>{t.received(bytes(received.value!), bytes(file.size))}</span>
              {remaining !== null && !waits.value && <span>{t.timeLeft(duration(remaining))}</span>}
              <button type="button" class="link-button" onClick={() => stopper.current.abort()}>
                {t.stop}
              </button>
            </p>
          </div>
        ) : (
          (!end || content.value) && (
            <a class="button primary wide" href={client.publicShares.contentUrl(token)} download={file.filename} onClick={download}>
              <Icon name="download" />
              {content.value && message.value ? t.saveAgain : t.download}
            </a>
          )
        )}
        {problem.value && (
          <p class="callout bad" role="alert">
            <Icon name="alert" />
            {problem.value}
          </p>
        )}
        <p class="leaf-message small" role="status">
          {busy ? texts.value.common.loading : message.value}
        </p>
        {end && (
          <p class="callout warning" role="status">
            <Icon name="clock" />
            {t.ended.kept}
          </p>
        )}
      </div>
    </>
  );
}
