import { startActivity } from './activity';
import { startDeletion } from './deletion';
import { startFiles } from './files';
import { startFlashes } from './flashes';
import { startLive } from './live';
import { startNotifications } from './notifications';
import { startPeople } from './people';
import { startShares } from './shares';
import { startUnfinishedUploads } from './unfinished-uploads';
import { startUploads } from './uploads';
import { startUsage } from './usage';

/**
 * Connects the state to live events, other tabs and the window. The order matters: the activity looks up names in the lists, and the live
 * channel reads the cursor of the activity.
 */
export function startState() {
  startFiles();
  startShares();
  startPeople();
  startDeletion();
  startUploads();
  startUnfinishedUploads();
  startFlashes();
  startUsage();
  startActivity();
  startNotifications();
  startLive();
}
