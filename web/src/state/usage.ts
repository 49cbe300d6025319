import { onEvent } from './live';
import { refreshMe } from './session';

let asked: ReturnType<typeof setTimeout> | undefined;

// How much room is taken changes with the files; many at once are one question.
onEvent(({ type }) => {
  if (type !== 'FileUploaded' && type !== 'FileDeleted') return;
  clearTimeout(asked);
  asked = setTimeout(() => void refreshMe().catch(() => {}), 700);
});
