import { useEffect } from 'preact/hooks';
import { call } from '../api/call.ts';
import { isProblemError } from '../api/problem.ts';
import { Failure, Skeleton } from '../components/states.tsx';
import { Toasts } from '../components/toast.tsx';
import { session } from '../state/session.ts';
import { useLoad } from '../state/use-load.ts';
import { CurrentPage } from './current-page.tsx';
import { Frame } from './frame.tsx';
import { Login } from './login.tsx';

/** Who is there, then the pages; without a session only the way to one. */
export function App() {
  const asked = useLoad(async (signal) => {
    session.value = await call('GET /session', { signal });
  }, []);
  useEffect(() => {
    const isLocked = isProblemError(asked.error) && asked.error.problem.status === 401;
    if (isLocked) session.value = null;
  }, [asked.error]);
  if (session.value === null) return <Login />;
  if (session.value === undefined) return <main class="frame-alone">{asked.error === undefined ? <Skeleton lines={6} /> : <Failure error={asked.error} retry={asked.reload} />}</main>;
  return <><Frame><CurrentPage /></Frame><Toasts /></>;
}
