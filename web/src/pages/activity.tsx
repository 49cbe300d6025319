import { PageHead } from '../components/page';
import { texts } from '../texts';

export function Activity() {
  return <PageHead title={texts.value.activity.title} />;
}
