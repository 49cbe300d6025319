import type { UnfinishedUpload } from '@kingshare/client';
import { Icon } from '../components/icon';
import { Name } from '../components/name';
import { toast } from '../components/toast';
import { elsewhere, giveUp, idOf, unfinished } from '../state/unfinished';
import { send } from '../state/uploads';
import { texts } from '../texts';
import { formats } from '../texts/format';
import { choose } from './choose';

/** Lists unfinished uploads of an earlier visit, with a button to resume each. */
export function Unfinished() {
  const { uploads } = texts.value;
  const waiting = unfinished.value.filter(({ url }) => !elsewhere.value.has(idOf(url)));
  if (waiting.length === 0) return null;

  const goOn = (upload: UnfinishedUpload) =>
    choose({ single: true }, ([file]) => {
      if (!file) return;
      if (file.name !== upload.filename || file.size !== upload.size) {
        toast(uploads.notTheSame(upload.filename), { tone: 'warning' });
        return;
      }
      send([file]);
      unfinished.value = unfinished.value.filter((other) => other !== upload);
    });

  return (
    <section class="unfinished" aria-label={uploads.unfinished}>
      <h2>{uploads.unfinished}</h2>
      <p class="small soft">{uploads.unfinishedText}</p>
      <ul>
        {waiting.map((upload) => (
          <li key={upload.key}>
            <span class="unfinished-name">
              <Name of={upload.filename} />
              <span class="small soft">{formats.value.bytes(upload.size)}</span>
            </span>
            <button type="button" class="button small" onClick={() => goOn(upload)}>
              <Icon name="play" size={16} />
              {uploads.chooseAgain}
            </button>
            <button
              type="button"
              class="icon-button small"
              aria-label={uploads.forget(upload.filename)}
              onClick={() => void giveUp(upload)}
            >
              <Icon name="close" size={16} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
