import '../styles/shares.css';
import type { Share } from '@kingshare/client';
import { Icon } from '../components/icon';
import { texts } from '../texts';
import { formats } from '../texts/format';

/** A share's expiry, recipients and use count. */
export function ShareDetails({ share, withDownloads = true }: { share: Share; withDownloads?: boolean }) {
  const { shares: t } = texts.value;
  const { moment, number, list } = formats.value;
  const { download_count: count, max_downloads: limit } = share;
  const ends = share.expires_at === null ? t.forever : (share.state === 'expired' ? t.endedAt : t.ends)(moment(share.expires_at));
  return (
    <ul class="share-facts">
      {withDownloads && (
        <li>
          <Icon name="download" size={16} />
          {limit === null ? t.downloads(number(count), count) : t.downloadsOf(number(count), number(limit))}
        </li>
      )}
      <li>
        <Icon name="clock" size={16} />
        {ends}
      </li>
      {share.has_password && (
        <li>
          <Icon name="lock" size={16} />
          {t.protected}
        </li>
      )}
      {share.recipients.length > 0 && (
        <li>
          <Icon name="people" size={16} />
          {t.for(list(share.recipients))}
        </li>
      )}
    </ul>
  );
}
