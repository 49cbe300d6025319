import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { FileTile } from '../components/file-tile';
import { Icon } from '../components/icon';
import { formats } from '../texts/format';
import { shareTexts } from '../texts/share';
import type { SharedFile } from './page-data';
import type { PreviewKind } from './kind';

interface OfferProps {
  file: SharedFile;
  /** Why no preview is possible, or its cost. */
  reason: string;
  possible: boolean;
  busy: boolean;
  onPreview: () => void;
}

export function PreviewOffer({ file, reason, possible, busy, onPreview }: OfferProps) {
  const t = shareTexts.value;
  return (
    <div class="preview offer">
      <FileTile filename={file.filename} />
      {possible && (
        <button type="button" class="button" aria-disabled={busy} onClick={() => !busy && onPreview()}>
          <Icon name="eye" size={18} />
          {t.preview}
        </button>
      )}
      {reason && <p class="small soft">{reason}</p>}
    </div>
  );
}

interface Props {
  file: SharedFile;
  kind: PreviewKind;
  url: string;
  /** The content at the URL, if it has been fetched. */
  content?: Blob;
}

/** Renders an untrusted file by its declared type, and never as a document of our origin. */
export function Preview({ file, kind, url, content }: Props) {
  const t = shareTexts.value;
  const failed = useSignal(false);
  const label = t.previewOf(file.filename);
  const onError = () => (failed.value = true);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);

  if (failed.value) {
    return (
      <div class="preview offer" role="alert">
        <FileTile filename={file.filename} />
        <p class="small soft">{t.cannotShow}</p>
      </div>
    );
  }
  switch (kind) {
    case 'image':
      return (
        <div class="preview">
          <img src={url} alt={label} onError={onError} />
        </div>
      );
    case 'video':
      return (
        <div class="preview">
          <video src={url} aria-label={label} controls autoplay playsInline onError={onError} />
        </div>
      );
    case 'audio':
      return (
        <div class="preview offer">
          <FileTile filename={file.filename} />
          <audio src={url} aria-label={label} controls autoplay onError={onError} />
        </div>
      );
    case 'pdf':
      return (
        <div class="preview tall">
          <iframe src={`${url}#navpanes=0`} title={label} />
        </div>
      );
    case 'text':
      return <TextPreview label={label} content={content!} />;
  }
}

const maxTextSize = 500_000;

function TextPreview({ label, content }: { label: string; content: Blob }) {
  const t = shareTexts.value;
  const text = useSignal<string | null>(null);
  const cut = content.size > maxTextSize;
  useEffect(() => {
    void content
      .slice(0, maxTextSize)
      .text()
      .then((read) => (text.value = read));
  }, [content]);
  return (
    <div class="preview tall">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard. */}
      <pre tabIndex={0} role="region" aria-label={label}>
        {text.value}
      </pre>
      {cut && <p class="small soft">{t.beginning(formats.value.bytes(maxTextSize))}</p>}
    </div>
  );
}
