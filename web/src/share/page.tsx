import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { withBase } from '../base';
import { Brand } from '../components/brand';
import { Choices } from '../components/choices';
import { ToastHost } from '../components/toast';
import { shareTexts } from '../texts/share';
import type { PageData } from './page-data';
import { FileView } from './file-view';
import { EndedMessage, Message } from './message';
import { PasswordEntry } from './password';
import { watchForEnd, type EndReason } from './watch';

/** The page behind a share link. */
export function SharePage({ pageData: initialData }: { pageData: PageData }) {
  const current = useSignal(initialData);
  const pageData = current.value;
  const end = useSignal<EndReason | null>(null);
  useEffect(() => {
    if (pageData.page !== 'share' && pageData.page !== 'password') return;
    return watchForEnd(pageData.page === 'share' ? pageData.file.expires : null, (reason) => (end.value = reason));
  }, [pageData]);

  const root = useRef<HTMLDivElement>(null);
  // Move the focus to the top of the new page, for keyboard users.
  useEffect(() => {
    if (pageData !== initialData) root.current!.focus({ preventScroll: true });
  }, [pageData]);

  const t = shareTexts.value;
  const content = () => {
    if (pageData.page === 'unknown') return <Message icon="link" title={t.unknown.title} text={t.unknown.text} />;
    if (pageData.page === 'ended') return <Message title={t.ended.title} text={t.ended.text} />;
    if (pageData.page === 'busy') return <Message title={t.busy.title} text={t.busy.text} />;
    if (pageData.page !== 'share')
      return end.value ? <EndedMessage end={end.value} /> : <PasswordEntry onPageData={(read) => (current.value = read)} />;
    return <FileView file={pageData.file} end={end.value} />;
  };

  return (
    <div ref={root} class="leaf-page" tabIndex={-1}>
      <header>
        <a class="brand-link" href={withBase('/')}>
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
