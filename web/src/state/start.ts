import { startActivity } from './activity';
import { startDeletion } from './deletion';
import { startFiles } from './files';
import { startPeople } from './people';
import { startShares } from './shares';
import { startUploads } from './uploads';

/** Connects the state to live events, other tabs and the window. In this order: the activity looks up names in the lists. */
export function startState() {
  startFiles();
  startShares();
  startPeople();
  startDeletion();
  startUploads();
  startActivity();
}
