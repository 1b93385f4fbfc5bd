import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { call, type Reply } from '../api/call.ts';
import { en } from '../messages/en/shell.ts';
import { zhCn } from '../messages/zh-cn/shell.ts';
import { wordsOf } from '../state/language.ts';
import { addressTo, go, place } from '../state/place.ts';

type Suggestion = Reply<'GET /suggest'>['items'][number];
const waitMs = 150;

/** Search from every page: "/" puts the cursor here; what is typed is completed from titles and categories. */
export function SearchBox() {
  const t = wordsOf(en, zhCn);
  const shown = place.value.path === '/products' ? (place.value.query.get('q') ?? '') : '';
  const [text, setText] = useState(shown);
  const [items, setItems] = useState<readonly Suggestion[]>([]);
  const [isTyped, setTyped] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  useEffect(() => { setText(shown); }, [shown]);
  useSlash(input);
  useEffect(() => {
    const wanted = text.trim();
    if (!isTyped || wanted === '') {
      setItems([]);
      return undefined;
    }
    const gone = new AbortController();
    const timer = setTimeout(() => {
      call('GET /suggest', { query: { q: wanted, limit: 8 }, signal: gone.signal }).then(({ items: found }) => { setItems(found); }, () => { setItems([]); }); // search works without suggestions
    }, waitMs);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [text, isTyped]);
  return (
    <form class="search-box" role="search" onSubmit={(event) => {
      event.preventDefault();
      setTyped(false);
      go(addressTo('/products', {}, text.trim() === '' ? {} : { q: text.trim() }));
    }}>
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d="m20 20-4.5-4.5M11 18a7 7 0 1 1 0-14 7 7 0 0 1 0 14Z" /></svg>
      <input ref={input} type="search" name="q" value={text} placeholder={t.placeholder} aria-label={t.search} autocomplete="off" list={list} maxLength={200} enterkeyhint="search" onInput={(event) => {
        setTyped(true);
        setText(event.currentTarget.value);
      }} />
      <datalist id={list}>{items.map(({ text: each }) => <option key={each} value={each} />)}</datalist>
    </form>
  );
}

function useSlash(input: { readonly current: HTMLInputElement | null }): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof Element && event.target.closest('input, textarea, select, [contenteditable], dialog') !== null;
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener('keydown', onKey);
    return () => { document.removeEventListener('keydown', onKey); };
  }, [input]);
}
