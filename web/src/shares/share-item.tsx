import type { Share } from '@kingshare/client';
import { useRef } from 'preact/hooks';
import { Icon } from '../components/icon';
import { MenuItem, MenuLine, openMenu } from '../components/menu';
import { FileName } from '../components/file-name';
import { toast } from '../components/toast';
import { copyText } from '../share-dialog/copy';
import { ShareDetails } from '../share-dialog/share-details';
import { flashes } from '../state/flashes';
import { texts } from '../texts';
import { formats } from '../texts/format';
import { shareDialog } from './dialogs';

export function ShareItem({ share }: { share: Share }) {
  const { shares: t, share: shareTexts, files } = texts.value;
  const { number } = formats.value;
  const ended = share.state !== 'active';
  const flash = flashes.value.get(share.file_id);
  const visitCount = share.visit_count;

  const copy = async () => {
    const done = await copyText(share.url);
    toast(done ? shareTexts.copied : shareTexts.copyFailed, { tone: done ? 'good' : 'warning' });
  };

  const menu = () => (
    <>
      {!ended && (
        <MenuItem icon="qr" onSelect={() => (shareDialog.value = { name: 'link', share })}>
          {shareTexts.hand}
        </MenuItem>
      )}
      <MenuItem icon="edit" onSelect={() => (shareDialog.value = { name: 'edit', share })}>
        {share.state === 'used_up' ? t.allowMore : ended ? t.revive : shareTexts.edit}
      </MenuItem>
      <MenuLine />
      <MenuItem icon="trash" danger onSelect={() => (shareDialog.value = { name: 'revoke', share })}>
        {ended ? t.forget : shareTexts.revoke}
      </MenuItem>
    </>
  );

  return (
    <li class="share-item">
      <Gauge share={share} />
      <div class="share-main">
        <div class="share-title">
          <FileName of={share.filename} />
          {ended && <span class="badge warning">{t.states[share.state]}</span>}
          {!ended && flash && flash !== 'arrived' && (
            <span class="badge good">
              <span class="dot on beating" />
              {files.happening[flash]}
            </span>
          )}
          {!ended && visitCount > 0 && <span class="badge">{t.opens(number(visitCount), visitCount)}</span>}
        </div>
        <ShareDetails share={share} withDownloads={false} />
      </div>
      <div class="share-actions">
        {!ended && (
          <button type="button" class="button small" aria-label={`${shareTexts.copyLink}: ${share.filename}`} onClick={copy}>
            <Icon name="copy" size={18} />
            {shareTexts.copyLink}
          </button>
        )}
        <button
          type="button"
          class="icon-button"
          aria-label={t.more(share.filename)}
          aria-haspopup="menu"
          onClick={(event) => openMenu(event.currentTarget, t.more(share.filename), menu)}
        >
          <Icon name="more" />
        </button>
      </div>
    </li>
  );
}

/** The download count; animates when it changes. */
function Gauge({ share }: { share: Share }) {
  const { shares: t } = texts.value;
  const { download_count: count } = share;
  const first = useRef(count);
  return (
    <div class={count === first.current ? 'gauge' : 'gauge moved'}>
      <strong key={count}>{formats.value.number(count)}</strong>
      <span>{share.max_downloads === null ? t.downloadsWord(count) : t.ofLimit(formats.value.number(share.max_downloads))}</span>
    </div>
  );
}
