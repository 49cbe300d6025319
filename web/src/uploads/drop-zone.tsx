import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon } from '../components/icon';
import { send } from '../state/uploads';
import { texts } from '../texts';
import { collect } from './collect';

const bringsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

/** Makes the whole window a drop target. */
export function DropZone() {
  const over = useSignal(false);

  useEffect(() => {
    let depth = 0;
    const enter = (event: DragEvent) => {
      if (bringsFiles(event) && ++depth === 1) over.value = true;
    };
    const leave = (event: DragEvent) => {
      if (bringsFiles(event) && --depth === 0) over.value = false;
    };
    const allow = (event: DragEvent) => bringsFiles(event) && event.preventDefault();
    const drop = (event: DragEvent) => {
      if (!bringsFiles(event)) return;
      event.preventDefault();
      depth = 0;
      over.value = false;
      void collect(event.dataTransfer!).then(send);
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

  if (!over.value) return null;
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
