import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon } from '../components/icon';
import { addUploads } from '../state/uploads';
import { texts } from '../texts';
import { collectFiles } from './collect-files';

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

/** Makes the whole window a drop target. */
export function DropZone() {
  const isDragging = useSignal(false);

  useEffect(() => {
    let depth = 0;
    const enter = (event: DragEvent) => {
      if (hasFiles(event) && ++depth === 1) isDragging.value = true;
    };
    const leave = (event: DragEvent) => {
      if (hasFiles(event) && --depth === 0) isDragging.value = false;
    };
    const allow = (event: DragEvent) => hasFiles(event) && event.preventDefault();
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      isDragging.value = false;
      void collectFiles(event.dataTransfer!).then(addUploads);
    };
    addEventListener('dragenter', enter);
    addEventListener('dragleave', leave);
    addEventListener('dragover', allow);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragenter', enter);
      removeEventListener('dragleave', leave);
      removeEventListener('dragover', allow);
      removeEventListener('drop', drop);
    };
  }, []);

  if (!isDragging.value) return null;
  const { files } = texts.value;
  return (
    <div class="drop-zone" aria-hidden="true">
      <div>
        <Icon name="upload" size={44} />
        <strong>{files.drop}</strong>
        <span>{files.dropText}</span>
      </div>
    </div>
  );
}
