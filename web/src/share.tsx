import '@fontsource-variable/instrument-sans';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/signs.css';
import './styles/overlays.css';
import './styles/share-page.css';
import { render } from 'preact';
import { MenuHost } from './components/menu';
import { parsePageData } from './share/page-data';
import { SharePage } from './share/page';
import { textsReady } from './texts/translated';

// Replaces the server-rendered page, which works without script, by the interactive one.
const app = document.getElementById('app')!;
const facts = parsePageData(app.dataset);
if (facts) {
  void textsReady().then(() => {
    app.replaceChildren();
    render(
      <>
        <SharePage pageData={facts} />
        <MenuHost />
      </>,
      app,
    );
  });
}
