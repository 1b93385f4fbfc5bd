import './styles/tokens.css';
import './styles/base.css';
import './state/theme.ts';
import { render } from 'preact';
import { App } from './shell/app.tsx';
import { pages } from './pages.ts';
import { followLinks, matchPath } from './state/place.ts';

followLinks((path) => pages.some(({ address }) => matchPath(address, path) !== null));
render(<App />, document.getElementById('app')!);
