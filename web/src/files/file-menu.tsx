import { MenuItem, MenuLine } from '../components/menu';
import { client } from '../state/client';
import { deleteFiles } from '../state/deletion';
import type { FileRow } from '../state/files';
import { texts } from '../texts';
import { fileDialog } from './dialogs';

export function FileMenu({ file }: { file: FileRow }) {
  const { files, common } = texts.value;
  return (
    <>
      <MenuItem icon="link" onSelect={() => (fileDialog.value = { name: 'share', file })}>
        {files.share}
      </MenuItem>
      <MenuItem icon="download" href={client.files.contentUrl(file.id)} download>
        {common.download}
      </MenuItem>
      <MenuItem icon="edit" onSelect={() => (fileDialog.value = { name: 'rename', file })}>
        {files.rename}
      </MenuItem>
      <MenuLine />
      <MenuItem icon="trash" danger onSelect={() => deleteFiles([file])}>
        {files.delete}
      </MenuItem>
    </>
  );
}
