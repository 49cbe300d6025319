import { Icon } from '../components/icon';
import { Name } from '../components/name';
import { Progress } from '../components/progress';
import { fileDialog } from '../files/dialogs';
import { explain, isError } from '../state/client';
import { files } from '../state/files';
import { idOf, unfinished } from '../state/unfinished';
import { pause, resume, retry, roomLeft, stop, type Sending } from '../state/uploads';
import { texts } from '../texts';
import { formats } from '../texts/format';

export function SendingRow({ sending }: { sending: Sending }) {
  const { uploads, common } = texts.value;
  const { file } = sending;
  const state = sending.state.value;
  const over = state === 'done' || state === 'failed';
  const held = state === 'paused' || state === 'queued' || state === 'waiting';

  return (
    <li class="upload">
      <div class="upload-main">
        <Name of={file.name} />
        {!over && (
          <Progress
            label={uploads.progress(file.name)}
            value={file.size > 0 ? sending.sent.value / file.size : 0}
            state={held ? 'paused' : 'active'}
          />
        )}
        <p class="upload-state">
          <State sending={sending} />
        </p>
      </div>
      <div class="upload-actions">
        {(state === 'sending' || state === 'waiting' || state === 'queued') && (
          <button type="button" class="icon-button small" aria-label={uploads.pause(file.name)} onClick={() => pause(sending)}>
            <Icon name="pause" size={18} />
          </button>
        )}
        {state === 'paused' && (
          <button type="button" class="icon-button small" aria-label={uploads.resume(file.name)} onClick={() => resume(sending)}>
            <Icon name="play" size={18} />
          </button>
        )}
        {state === 'failed' && (
          <button type="button" class="icon-button small" aria-label={common.retry} onClick={() => retry(sending)}>
            <Icon name="retry" size={18} />
          </button>
        )}
        {state === 'done' && <ShareButton sending={sending} />}
        {state !== 'done' && (
          <button type="button" class="icon-button small" aria-label={uploads.stop(file.name)} onClick={() => stop(sending)}>
            <Icon name="close" size={18} />
          </button>
        )}
      </div>
    </li>
  );
}

function ShareButton({ sending }: { sending: Sending }) {
  const { files: t } = texts.value;
  const file = sending.id.value ? files.items.value.get(sending.id.value) : undefined;
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

function whyFailed({ error }: Sending): string {
  const room = isError(error.value, 'QUOTA_EXCEEDED') ? roomLeft() : null;
  return room ? texts.value.uploads.doesNotFit(formats.value.bytes(room)) : explain(error.value);
}

function State({ sending }: { sending: Sending }) {
  const { uploads } = texts.value;
  const { bytes, duration } = formats.value;
  const { size } = sending.file;
  const sent = sending.sent.value;
  switch (sending.state.value) {
    case 'queued':
      return <>{uploads.waiting}</>;
    case 'waiting':
      return <span class="warn">{uploads.offline}</span>;
    case 'failed':
      return <span class="bad">{whyFailed(sending)}</span>;
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
      const speed = sending.speed.bytesPerSecond.value;
      const parts = [uploads.rate(bytes(sent), bytes(size))];
      if (speed > 0) parts.push(uploads.speed(bytes(speed)), uploads.left(duration((size - sent) / speed)));
      return <>{parts.join(' · ')}</>;
    }
  }
}

export function ElsewhereRow({ id, sent, total }: { id: string; sent: number; total: number }) {
  const { uploads } = texts.value;
  const { bytes } = formats.value;
  const name = unfinished.value.find(({ url }) => idOf(url) === id)?.filename ?? uploads.elsewhere;
  return (
    <li class="upload">
      <div class="upload-main">
        <Name of={name} />
        <Progress label={uploads.progress(name)} value={total > 0 ? sent / total : 0} />
        <p class="upload-state">
          {uploads.elsewhere} · {total > 0 ? uploads.rate(bytes(sent), bytes(total)) : bytes(sent)}
        </p>
      </div>
    </li>
  );
}
