import { batch, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { Icon } from '../components/icon';
import { Heading } from '../components/page';
import { Progress } from '../components/progress';
import { client, isError } from '../state/client';
import { SpeedMeter } from '../state/speed-meter';
import { texts } from '../texts';
import { formats } from '../texts/format';
import { shareTexts } from '../texts/share';
import { token, type SharedFile } from './page-data';
import { kindOf, typeOf } from './kind';
import { EndedMessage } from './message';
import { Preview, PreviewOffer } from './preview';
import { save, Transfer } from './transfer';
import type { EndReason } from './watch';

// Bytes. Larger files are downloaded to disk by the browser itself.
const maxInMemory = 256_000_000;

type PreviewContent = { url: string; content?: Blob };

interface Props {
  file: SharedFile;
  end: EndReason | null;
}

/** The shared file. Its content is fetched once and used for both preview and saving. */
export function FileView({ file, end }: Props) {
  const t = shareTexts.value;
  const { bytes, duration, moment, number } = formats.value;
  const content = useSignal<Blob | null>(null);
  const preview = useSignal<PreviewContent | null>(null);
  const received = useSignal<number | null>(null);
  const stallReason = useSignal<'network' | 'taken' | null>(null);
  const message = useSignal('');
  const problem = useSignal('');
  const left = useSignal(file.downloadsLeft);
  const speed = useMemo(() => new SpeedMeter(), []);
  const transfer = useMemo(() => new Transfer(token, typeOf(file)), []);
  const abortController = useMemo(() => ({ current: new AbortController() }), []);

  const kind = kindOf(file);
  const fits = file.size <= maxInMemory;
  const streams =
    (kind === 'video' || kind === 'audio') && file.downloadsLeft === null && !file.type.startsWith('application/octet-stream');
  const busy = received.value !== null;

  const load = async (): Promise<Blob | null> => {
    if (content.value) return content.value;
    abortController.current = new AbortController();
    batch(() => {
      received.value = 0;
      stallReason.value = null;
      message.value = problem.value = '';
    });
    speed.reset();
    try {
      const blob = await transfer.fetch({
        signal: abortController.current.signal,
        onProgress(bytes) {
          received.value = bytes;
          speed.record(bytes);
        },
        onWaiting: (reason) => (stallReason.value = reason),
      });
      content.value = blob;
      if (left.value !== null) left.value = Math.max(0, left.value - 1);
      return blob;
    } catch (error) {
      if (!abortController.current.signal.aborted) problem.value = isError(error, 'GONE') ? t.usedUp : t.broke;
      return null;
    } finally {
      received.value = null;
    }
  };

  const showPreview = async () => {
    if (streams) {
      preview.value = { url: client.publicShares.contentUrl(token, { inline: true }) };
      return;
    }
    const blob = await load();
    if (blob) preview.value = { url: URL.createObjectURL(blob), content: blob };
  };

  const download = async (event: MouseEvent) => {
    if (!fits) {
      message.value = t.byBrowser;
      return;
    }
    event.preventDefault();
    if (busy) return;
    const blob = await load();
    if (!blob) return;
    save(blob, file.filename);
    message.value = t.saved(file.filename);
  };

  const remaining = speed.bytesPerSecond.value > 0 ? (file.size - (received.value ?? 0)) / speed.bytesPerSecond.value : null;
  if (end && !content.value && !preview.value && !busy) return <EndedMessage end={end} />;

  return (
    <>
      {preview.value ? (
        <Preview file={file} kind={kind!} {...preview.value} />
      ) : (
        <PreviewOffer
          file={file}
          reason={kind === null ? t.noPreview : !fits && !streams ? t.tooLarge : left.value !== null && !content.value ? t.counts : ''}
          possible={kind !== null && (fits || streams) && (!end || content.value !== null)}
          busy={busy}
          onPreview={showPreview}
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
              state={stallReason.value ? 'paused' : 'active'}
            />
            {stallReason.value && (
              <p class="small warn" role="status">
                {stallReason.value === 'taken' ? t.taken : t.waits}
              </p>
            )}
            <p class="small soft">
              <span>{t.received(bytes(received.value!), bytes(file.size))}</span>
              {remaining !== null && !stallReason.value && <span>{t.timeLeft(duration(remaining))}</span>}
              <button type="button" class="link-button" onClick={() => abortController.current.abort()}>
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
