import { useEffect, useRef, useState } from 'preact/hooks';
import { upload } from '../../api/upload.ts';
import { Failure } from '../../components/states.tsx';
import { toast } from '../../components/toast.tsx';
import { en } from '../../messages/en/import.ts';
import { zhCn } from '../../messages/zh-cn/import.ts';
import { percent } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { openArchive, type ArchivedFile } from './archive.ts';

interface Sending {
  readonly name: string;
  readonly share: number;
}

/** Takes one file, sends it, and tells its id. Of a ZIP archive with several files one is chosen first. */
export function DropZone({ title, onSent }: { readonly title?: string; readonly onSent: (id: string) => void }) {
  const t = wordsOf(en, zhCn);
  const [isOver, setOver] = useState(false);
  const [sending, setSending] = useState<Sending | null>(null);
  const [inside, setInside] = useState<readonly ArchivedFile[] | null>(null);
  const [error, setError] = useState<unknown>();
  const gone = useRef(new AbortController());
  useEffect(() => () => { gone.current.abort(); }, []);
  const send = async (file: File): Promise<void> => {
    const { signal } = gone.current;
    setError(undefined);
    setInside(null);
    setSending({ name: file.name, share: 0 });
    try {
      const { id } = await upload(file, { signal, onProgress: (share) => { setSending({ name: file.name, share }); } });
      onSent(id);
    } catch (thrown) {
      if (signal.aborted) return;
      setError(thrown);
      setSending(null);
    }
  };
  const take = async (files: FileList | null | undefined): Promise<void> => {
    const [file, another] = files ?? [];
    if (!file) return;
    if (another) toast(t.tooMany);
    try {
      const found = await openArchive(file);
      const [only] = found ?? [];
      if (found?.length === 0) setError(new Error(t.emptyArchive));
      else if (found === null) await send(file);
      else if (found.length === 1 && only) await send(await only.open());
      else setInside(found);
    } catch (thrown) {
      setError(thrown);
    }
  };
  if (sending) return <div class="drop-zone" role="status"><strong>{t.sending}: {sending.name}</strong><progress max={1} value={sending.share} aria-label={t.sending} /><span class="soft number">{percent(sending.share, 0)}</span></div>;
  return (
    <div class="stack">
      <label class={isOver ? 'drop-zone over' : 'drop-zone'}
        onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => { setOver(false); }}
        onDrop={(event) => { event.preventDefault(); setOver(false); void take(event.dataTransfer?.files); }}>
        <svg viewBox="0 0 48 48" aria-hidden="true"><path d="M24 31V9m0 0-8 8m8-8 8 8M8 30v8h32v-8" /></svg>
        <strong>{title ?? t.drop}</strong>
        <span class="button primary">{t.choose}</span>
        <span class="soft small">{t.formats}</span>
        <input class="unseen" type="file" accept=".xlsx,.csv,.tsv,.txt,.json,.jsonl,.ndjson,.zip" onChange={(event) => { void take(event.currentTarget.files); }} />
      </label>
      {inside && (
        <div class="stack"><strong>{t.inArchive}</strong>
          <ul class="plain stack">{inside.map((file) => <li key={file.name}><button type="button" class="button" onClick={() => { file.open().then(send, setError); }}>{file.name}</button></li>)}</ul>
        </div>
      )}
      {error !== undefined && <Failure error={error} />}
    </div>
  );
}
