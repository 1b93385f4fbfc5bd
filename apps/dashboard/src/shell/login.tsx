import { useState } from 'preact/hooks';
import { call } from '../api/call.ts';
import { isProblemError } from '../api/problem.ts';
import { Failure } from '../components/states.tsx';
import { en } from '../messages/en/shell.ts';
import { zhCn } from '../messages/zh-cn/shell.ts';
import { wordsOf } from '../state/language.ts';
import { session } from '../state/session.ts';
import { LanguageSwitch, ThemeSwitch } from './switches.tsx';
import './frame.css';

/** For who has no session: where the link is found, or a field for a key. */
export function Login() {
  const t = wordsOf(en, zhCn).login;
  const [key, setKey] = useState('');
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const enter = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      session.value = await call('POST /session', { key: key.trim() });
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  const isWrong = isProblemError(error) && error.problem.status === 401;
  return (
    <main class="login">
      <div class="row login-switches"><LanguageSwitch /><ThemeSwitch /></div>
      <h1>{t.title}</h1>
      <p>{t.text}</p>
      <pre>{location.origin}/open/…</pre>
      <p class="soft small">{t.again}</p>
      <form class="stack" onSubmit={(event) => {
        event.preventDefault();
        void enter();
      }}>
        <label class="field"><span>{t.key}</span><input type="password" autocomplete="current-password" value={key} aria-describedby="key-hint" aria-invalid={isWrong} onInput={(event) => { setKey(event.currentTarget.value); }} /></label>
        <p id="key-hint" class="soft small">{t.keyHint}</p>
        {isWrong ? <p role="alert" class="login-wrong">{t.wrong}</p> : error === undefined ? null : <Failure error={error} />}
        <div><button class="button primary" disabled={isBusy || key.trim() === ''}>{t.enter}</button></div>
      </form>
    </main>
  );
}
