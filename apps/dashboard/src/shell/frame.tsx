import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { call } from '../api/call.ts';
import { toastError } from '../components/toast.tsx';
import { en } from '../messages/en/shell.ts';
import { zhCn } from '../messages/zh-cn/shell.ts';
import { wordsOf } from '../state/language.ts';
import { place } from '../state/place.ts';
import { forgetSession, session } from '../state/session.ts';
import { Menu } from './menu.tsx';
import { SearchBox } from './search-box.tsx';
import { LanguageSwitch, ThemeSwitch } from './switches.tsx';
import './frame.css';

/** Menu, search and switches around every page. On narrow screens the menu opens over the page. */
export function Frame({ children }: { readonly children: ComponentChildren }) {
  const t = wordsOf(en, zhCn);
  const { path } = place.value;
  const [isOpen, setOpen] = useState(false);
  useEffect(() => { setOpen(false); }, [path]);
  return (
    <div class="frame">
      <a class="skip" href="#content">{t.skip}</a>
      <header class="frame-top">
        <button type="button" class="button quiet frame-burger" aria-expanded={isOpen} aria-controls="menu" aria-label={t.menu} onClick={() => { setOpen(!isOpen); }}>
          <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 7h16M4 12h16M4 17h16" /></svg>
        </button>
        <a class="frame-brand" href="/" aria-label="1688sync"><svg viewBox="0 0 32 32" aria-hidden="true"><path d="M5 11.5 16 6l11 5.5L16 17Z" /><path class="line" d="m5 17 11 5.5L27 17M5 22l11 5.5L27 22" /></svg><span>1688sync</span></a>
        <SearchBox />
        <div class="frame-switches"><LanguageSwitch /><ThemeSwitch /></div>
      </header>
      <nav id="menu" class={isOpen ? 'frame-menu open' : 'frame-menu'} aria-label={t.main} onClick={(event) => { if (event.target instanceof Element && event.target.closest('a')) setOpen(false); }} onKeyDown={(event) => { if (event.key === 'Escape') setOpen(false); }}>
        <Menu />
        <div class="frame-who small soft">
          <span>{session.value?.name} · {session.value?.role === 'operator' ? t.operator : t.viewer}</span>
          <span class="row"><a href="/docs">{t.api}</a><button type="button" class="link" onClick={() => { void leave(); }}>{t.leave}</button></span>
        </div>
      </nav>
      <main id="content" class="frame-content" tabIndex={-1}>{children}</main>
    </div>
  );
}

async function leave(): Promise<void> {
  try {
    await call('DELETE /session');
    forgetSession();
  } catch (error) {
    toastError(error);
  }
}
