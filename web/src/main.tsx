import '@fontsource-variable/instrument-sans';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/signs.css';
import './styles/overlays.css';
import './styles/shell.css';
import { render } from 'preact';
import { App } from './app';
import { within } from './base';
import { guestPages, memberPages, openPages } from './pages';
import { startRouter } from './router';
import './state/notices';
import './state/usage';
import { recall } from './state/session';
import { textsReady } from './texts/translated';

startRouter(new Set(['/', ...Object.keys(guestPages), ...Object.keys(openPages), ...memberPages.map((page) => page.path)]));
memberPages.find((page) => page.path === within(location.pathname))?.page.preload?.(); // in parallel with the session request
void recall();
void textsReady().then(() => {
  const app = document.getElementById('app')!;
  app.replaceChildren(); // the fallback for browsers without script
  render(<App />, app);
});
