import { Icon } from './icon';

/** Shows the file type, taken from the extension. */
export function FileTile({ filename }: { filename: string }) {
  const extension = /\.([a-z0-9]{1,4})$/i.exec(filename)?.[1] ?? '';
  return (
    <span class="tile" aria-hidden="true">
      {extension.toUpperCase() || <Icon name="files" size={18} />}
    </span>
  );
}
