import { withBase } from '../base';
import { Icon } from '../components/icon';
import { PageHead } from '../components/page';
import { texts } from '../texts';

export function NotFound() {
  const { nav } = texts.value;
  return (
    <>
      <PageHead title={nav.notFound} text={nav.notFoundText} />
      <a class="button" href={withBase('/files')}>
        <Icon name="files" />
        {nav.home}
      </a>
    </>
  );
}
