import { Icon } from '../components/icon';
import { send } from '../state/uploads';
import { texts } from '../texts';

/** Opens the system's file picker. */
export function choose(options: { folder?: boolean; single?: boolean }, chosen: (files: File[]) => void) {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = !options.single;
  input.webkitdirectory = options.folder ?? false;
  input.onchange = () => chosen([...(input.files ?? [])]);
  input.click();
}

export function UploadButtons() {
  const { files } = texts.value;
  return (
    <>
      <button
        type="button"
        class="button"
        aria-label={files.uploadFolder}
        title={files.uploadFolder}
        onClick={() => choose({ folder: true }, send)}
      >
        <Icon name="folder" />
      </button>
      <button type="button" class="button primary" onClick={() => choose({}, send)}>
        <Icon name="upload" />
        {files.upload}
      </button>
    </>
  );
}
