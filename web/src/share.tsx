import '@fontsource-variable/instrument-sans';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/signs.css';
import './styles/overlays.css';
import './styles/share-page.css';
import { render } from 'preact';
import { MenuHost } from './components/menu';
import { factsOf } from './share/facts';
import { SharePage } from './share/page';
import { textsReady } from './texts/translated';

// Replaces the server-rendered page, which works without script, by the interactive one.
const app = document.getElementById('app')!;
const facts = factsOf(app.dataset);
if (facts) {
  void textsReady().then(() => {
    app.replaceChildren();
    render(
      <>
        <SharePage facts={facts} />
        <MenuHost />
      </>,
      app,
    );
  });
}
