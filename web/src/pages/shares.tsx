import { PageHead } from '../components/page';
import { texts } from '../texts';

export function Shares() {
  return <PageHead title={texts.value.shares.title} />;
}
