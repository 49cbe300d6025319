import '@fontsource-variable/instrument-sans';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/signs.css';
import './styles/overlays.css';
import './styles/shell.css';
import { render } from 'preact';
import { App } from './app';
import { withoutBase } from './base';
import { guestPages, memberPages, openPages } from './pages';
import { startRouter } from './router';
import { restoreSession } from './state/session';
import { startState } from './state/start';
import { textsReady } from './texts/translated';

startState();
startRouter(new Set(['/', ...Object.keys(guestPages), ...Object.keys(openPages), ...memberPages.map((page) => page.path)]));
memberPages.find((page) => page.path === withoutBase(location.pathname))?.page.preload?.(); // in parallel with the session request
void restoreSession();
void textsReady().then(() => {
  const app = document.getElementById('app')!;
  app.replaceChildren(); // the fallback for browsers without script
  render(<App />, app);
});
