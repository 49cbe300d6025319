import { Icon, type IconName } from '../components/icon';
import { Heading } from '../components/page';
import { shareTexts } from '../texts/share';
import type { EndReason } from './watch';

export function Message({ icon = 'clock', title, text }: { icon?: IconName; title: string; text: string }) {
  return (
    <div class="leaf-text">
      <span class="leaf-sign">
        <Icon name={icon} size={28} />
      </span>
      <Heading>{title}</Heading>
      <p>{text}</p>
    </div>
  );
}

/** Shown if the link ends during the visit. */
export function EndedMessage({ end }: { end: EndReason }) {
  const { ended } = shareTexts.value;
  return <Message title={ended.title} text={end === 'deleted' ? ended.deleted : ended.justNow} />;
}
