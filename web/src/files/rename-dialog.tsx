import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Dialog } from '../components/dialog';
import { DialogFoot } from '../components/dialog-foot';
import { toast } from '../components/toast';
import { Field } from '../components/field';
import { errorMessage } from '../state/client';
import { rename, type FileRow } from '../state/files';
import { texts } from '../texts';

export function RenameDialog({ file, onClose }: { file: FileRow; onClose: () => void }) {
  const { files } = texts.value;
  const problem = useSignal<string | undefined>(undefined);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    const input = form.current!.querySelector('input')!;
    const dot = file.filename.lastIndexOf('.');
    input.focus();
    input.setSelectionRange(0, dot > 0 ? dot : file.filename.length);
  }, []);

  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const name = String(new FormData(form.current!).get('name')).trim();
    if (!name || name === file.filename) return onClose();
    if (name.includes('/')) {
      problem.value = files.noSlash;
      return;
    }
    try {
      const savedName = await rename(file.id, name);
      if (savedName !== name) toast(files.otherName(savedName));
      onClose();
    } catch (error) {
      problem.value = errorMessage(error);
    }
  };

  return (
    <Dialog narrow title={files.renameTitle} onClose={onClose}>
      <form ref={form} class="dialog-form" onSubmit={save}>
        <Field
          label={files.newName}
          name="name"
          defaultValue={file.filename}
          required
          maxLength={255}
          autocomplete="off"
          spellcheck={false}
          problem={problem.value}
        />
        <DialogFoot onCancel={onClose} action={files.rename} />
      </form>
    </Dialog>
  );
}
