import '@fontsource-variable/instrument-sans';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/overlays.css';
import './styles/shell.css';
import { render } from 'preact';
import { App } from './app';
import { guestPages, memberPages } from './pages';
import { startRouter } from './router';
import './state/notices';
import './state/usage';
import { recall } from './state/session';
import { textsReady } from './texts/translated';

startRouter(new Set(['/', ...Object.keys(guestPages), ...memberPages.map((page) => page.path)]));
void recall();
void textsReady().then(() => render(<App />, document.getElementById('app')!));
