import { PageHead } from '../components/page';
import { texts } from '../texts';

export function Admin() {
  return <PageHead title={texts.value.nav.admin} />;
}
