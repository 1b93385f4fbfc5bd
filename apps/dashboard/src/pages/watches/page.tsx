import { useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { Dialog } from '../../components/dialog.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { toastError } from '../../components/toast.tsx';
import { en } from '../../messages/en/watches.ts';
import { en as shellEn } from '../../messages/en/shell.ts';
import { zhCn } from '../../messages/zh-cn/watches.ts';
import { zhCn as shellZhCn } from '../../messages/zh-cn/shell.ts';
import { wordsOf } from '../../state/language.ts';
import { isOperator } from '../../state/session.ts';
import { useLoad } from '../../state/use-load.ts';
import { AddWatch } from './add-watch.tsx';
import { WatchCard } from './watch-card.tsx';
import './watches.css';

/** Who is told of what, and what waits to be told. */
export function WatchesPage() {
  const t = wordsOf(en, zhCn);
  const shell = wordsOf(shellEn, shellZhCn);
  const watches = useLoad((signal) => call('GET /watches', { signal }), []);
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<string | null>(null);
  const remove = (id: string): void => {
    call('DELETE /watches/{id}', { params: { id } }).then(watches.reload, toastError);
    setRemoving(null);
  };
  const addButton = isOperator.value && <button type="button" class="button primary" onClick={() => { setAdding(true); }}>{t.add}</button>;
  return (
    <>
      <PageHead title={shell.pages.watches} actions={addButton}>{t.intro}</PageHead>
      <Loaded of={watches} lines={6}>{({ items }) => (items.length === 0 ? <Empty title={t.empty}><p>{t.emptyHint}</p></Empty> : (
        <ul class="plain watches">{items.map((watch) => <li key={watch.id}><WatchCard watch={watch} onChanged={watches.reload} onRemove={() => { setRemoving(watch.id); }} /></li>)}</ul>
      ))}</Loaded>
      <AddWatch isOpen={isAdding} onClose={() => { setAdding(false); }} onAdded={watches.reload} />
      <Dialog title={t.removeTitle} isOpen={removing !== null} onClose={() => { setRemoving(null); }} actions={<button type="button" class="button danger" onClick={() => { if (removing !== null) remove(removing); }}>{t.remove}</button>}>
        <p><strong>{removing}</strong></p><p class="soft">{t.removeText}</p>
      </Dialog>
    </>
  );
}
