import { PageHead } from '../components/page';
import { texts } from '../texts';

export function People() {
  return <PageHead title={texts.value.people.title} />;
}
