import { Icon } from '../components/icon';
import { FileName } from '../components/file-name';
import { Progress } from '../components/progress';
import { fileDialog } from '../files/dialogs';
import { errorMessage, isError } from '../state/client';
import { files } from '../state/files';
import { uploadIdOf, unfinishedUploads } from '../state/unfinished-uploads';
import { pause, resume, retry, remainingQuota, cancel, type UploadItem } from '../state/uploads';
import { texts } from '../texts';
import { formats } from '../texts/format';

export function UploadRow({ item }: { item: UploadItem }) {
  const { uploads, common } = texts.value;
  const { file } = item;
  const state = item.state.value;
  const isFinal = state === 'done' || state === 'failed';
  const isPaused = state === 'paused' || state === 'queued' || state === 'waiting';

  return (
    <li class="upload">
      <div class="upload-main">
        <FileName of={file.name} />
        {!isFinal && (
          <Progress
            label={uploads.progress(file.name)}
            value={file.size > 0 ? item.sent.value / file.size : 0}
            state={isPaused ? 'paused' : 'active'}
          />
        )}
        <p class="upload-state">
          <UploadState item={item} />
        </p>
      </div>
      <div class="upload-actions">
        {(state === 'sending' || state === 'waiting' || state === 'queued') && (
          <button type="button" class="icon-button small" aria-label={uploads.pause(file.name)} onClick={() => pause(item)}>
            <Icon name="pause" size={18} />
          </button>
        )}
        {state === 'paused' && (
          <button type="button" class="icon-button small" aria-label={uploads.resume(file.name)} onClick={() => resume(item)}>
            <Icon name="play" size={18} />
          </button>
        )}
        {state === 'failed' && (
          <button type="button" class="icon-button small" aria-label={common.retry} onClick={() => retry(item)}>
            <Icon name="retry" size={18} />
          </button>
        )}
        {state === 'done' && <ShareButton item={item} />}
        {state !== 'done' && (
          <button type="button" class="icon-button small" aria-label={uploads.stop(file.name)} onClick={() => cancel(item)}>
            <Icon name="close" size={18} />
          </button>
        )}
      </div>
    </li>
  );
}

function ShareButton({ item }: { item: UploadItem }) {
  const { files: t } = texts.value;
  const file = item.saved.value && (files.find(item.saved.value.id) ?? item.saved.value);
  if (!file) return null;
  return (
    <button
      type="button"
      class="button small"
      aria-label={t.shareNamed(file.filename)}
      onClick={() => (fileDialog.value = { name: 'share', file })}
    >
      <Icon name="link" size={16} />
      {t.share}
    </button>
  );
}

function failureMessage({ error }: UploadItem): string {
  const remaining = isError(error.value, 'QUOTA_EXCEEDED') ? remainingQuota() : null;
  return remaining ? texts.value.uploads.doesNotFit(formats.value.bytes(remaining)) : errorMessage(error.value);
}

function UploadState({ item }: { item: UploadItem }) {
  const { uploads } = texts.value;
  const { bytes, duration } = formats.value;
  const { size } = item.file;
  const sent = item.sent.value;
  switch (item.state.value) {
    case 'queued':
      return <>{uploads.waiting}</>;
    case 'waiting':
      return <span class="warn">{uploads.offline}</span>;
    case 'failed':
      return <span class="bad">{failureMessage(item)}</span>;
    case 'done':
      return (
        <>
          {uploads.done} · {bytes(size)}
        </>
      );
    case 'paused':
      return (
        <>
          {uploads.paused} · {uploads.rate(bytes(sent), bytes(size))}
        </>
      );
    default: {
      const speed = item.speed.bytesPerSecond.value;
      const parts = [uploads.rate(bytes(sent), bytes(size))];
      if (speed > 0) parts.push(uploads.speed(bytes(speed)), uploads.left(duration((size - sent) / speed)));
      return <>{parts.join(' · ')}</>;
    }
  }
}

export function RemoteUploadRow({ id, sent, total }: { id: string; sent: number; total: number }) {
  const { uploads } = texts.value;
  const { bytes } = formats.value;
  const name = unfinishedUploads.value.find(({ url }) => uploadIdOf(url) === id)?.filename ?? uploads.elsewhere;
  return (
    <li class="upload">
      <div class="upload-main">
        <FileName of={name} />
        <Progress label={uploads.progress(name)} value={total > 0 ? sent / total : 0} />
        <p class="upload-state">
          {uploads.elsewhere} · {total > 0 ? uploads.rate(bytes(sent), bytes(total)) : bytes(sent)}
        </p>
      </div>
    </li>
  );
}
