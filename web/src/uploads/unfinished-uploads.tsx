import type { UnfinishedUpload } from '@kingshare/client';
import { Icon } from '../components/icon';
import { FileName } from '../components/file-name';
import { toast } from '../components/toast';
import { remoteUploads, discardUpload, uploadIdOf, unfinishedUploads } from '../state/unfinished-uploads';
import { addUploads } from '../state/uploads';
import { texts } from '../texts';
import { formats } from '../texts/format';
import { pickFiles } from './pick-files';

/** Lists unfinished uploads of an earlier visit, with a button to resume each. */
export function UnfinishedUploads() {
  const { uploads } = texts.value;
  const resumable = unfinishedUploads.value.filter(({ url }) => !remoteUploads.value.has(uploadIdOf(url)));
  if (resumable.length === 0) return null;

  const resumeUpload = (upload: UnfinishedUpload) =>
    pickFiles({ single: true }, ([file]) => {
      if (!file) return;
      if (file.name !== upload.filename || file.size !== upload.size) {
        toast(uploads.notTheSame(upload.filename), { tone: 'warning' });
        return;
      }
      addUploads([file]);
      unfinishedUploads.value = unfinishedUploads.value.filter((other) => other !== upload);
    });

  return (
    <section class="unfinished" aria-label={uploads.unfinished}>
      <h2>{uploads.unfinished}</h2>
      <p class="small soft">{uploads.unfinishedText}</p>
      <ul>
        {resumable.map((upload) => (
          <li key={upload.key}>
            <span class="unfinished-name">
              <FileName of={upload.filename} />
              <span class="small soft">{formats.value.bytes(upload.size)}</span>
            </span>
            <button type="button" class="button small" onClick={() => resumeUpload(upload)}>
              <Icon name="play" size={16} />
              {uploads.chooseAgain}
            </button>
            <button
              type="button"
              class="icon-button small"
              aria-label={uploads.forget(upload.filename)}
              onClick={() => void discardUpload(upload)}
            >
              <Icon name="close" size={16} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
