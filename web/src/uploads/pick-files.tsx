import { Icon } from '../components/icon';
import { addUploads } from '../state/uploads';
import { texts } from '../texts';

/** Opens the system's file picker. */
export function pickFiles(options: { folder?: boolean; single?: boolean }, onPick: (files: File[]) => void) {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = !options.single;
  input.webkitdirectory = options.folder ?? false;
  input.onchange = () => onPick([...(input.files ?? [])]);
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
        onClick={() => pickFiles({ folder: true }, addUploads)}
      >
        <Icon name="folder" />
      </button>
      <button type="button" class="button primary" onClick={() => pickFiles({}, addUploads)}>
        <Icon name="upload" />
        {files.upload}
      </button>
    </>
  );
}
