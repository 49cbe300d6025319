import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { under } from '../base';
import { Brand } from '../components/brand';
import { Choices } from '../components/choices';
import { ToastHost } from '../components/toast';
import { shareTexts } from '../texts/share';
import type { Facts } from './facts';
import { FileView } from './file-view';
import { Ended, Message } from './message';
import { PasswordEntry } from './password';
import { watchForEnd, type End } from './watch';

/** The page behind a share link. */
export function SharePage({ facts: given }: { facts: Facts }) {
  const current = useSignal(given);
  const facts = current.value;
  const end = useSignal<End | null>(null);
  useEffect(() => {
    if (facts.page !== 'share' && facts.page !== 'password') return;
    return watchForEnd(facts.page === 'share' ? facts.file.expires : null, (how) => (end.value = how));
  }, [facts]);

  const root = useRef<HTMLDivElement>(null);
  // Move the focus to the top of the new page, for keyboard users.
  useEffect(() => {
    if (facts !== given) root.current!.focus({ preventScroll: true });
  }, [facts]);

  const t = shareTexts.value;
  const content = () => {
    if (facts.page === 'unknown') return <Message icon="link" title={t.unknown.title} text={t.unknown.text} />;
    if (facts.page === 'ended') return <Message title={t.ended.title} text={t.ended.text} />;
    if (facts.page === 'busy') return <Message title={t.busy.title} text={t.busy.text} />;
    if (facts.page !== 'share') return end.value ? <Ended end={end.value} /> : <PasswordEntry onFacts={(read) => (current.value = read)} />;
    return <FileView file={facts.file} end={end.value} />;
  };

  return (
    <div ref={root} class="leaf-page" tabIndex={-1}>
      <header>
        <a class="brand-link" href={under('/')}>
          <Brand />
        </a>
      </header>
      <main class="leaf" aria-live="polite">
        {content()}
      </main>
      <footer>
        <Choices />
      </footer>
      <div class="dock">
        <ToastHost />
      </div>
    </div>
  );
}
