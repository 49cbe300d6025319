import { PageHead } from '../components/page';
import { texts } from '../texts';

export function Received() {
  return <PageHead title={texts.value.received.title} />;
}
