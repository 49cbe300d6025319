import { PageHead } from '../components/page';
import { texts } from '../texts';

export function Files() {
  return <PageHead title={texts.value.files.title} />;
}
