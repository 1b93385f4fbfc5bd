import { useRef, useState } from 'preact/hooks';
import { call, type Reply } from '../../api/call.ts';
import { Section } from '../../components/page-head.tsx';
import { Failure, Loaded, Skeleton } from '../../components/states.tsx';
import { en } from '../../messages/en/import.ts';
import { zhCn } from '../../messages/zh-cn/import.ts';
import { bytes } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { useLoad } from '../../state/use-load.ts';
import { ColumnMapping } from './column-mapping.tsx';
import { ImportOptions } from './import-options.tsx';
import { MappedRows } from './mapped-rows.tsx';

export type FilePreview = Reply<'POST /uploads/{id}/preview'>;
/** How the file is read; what is absent is found out by the server. */
export interface Reading {
  readonly profile?: string;
  readonly encoding?: string;
  readonly columns?: Record<string, string>;
}

const encodings = ['utf-8', 'gb18030', 'big5', 'utf-16le', 'utf-16be'];
const shownRows = 20;

/** What a file is and what its first rows become; each correction is tried at once. */
export function Preview({ id, onStarted }: { readonly id: string; readonly onStarted: (job: string) => void }) {
  const t = wordsOf(en, zhCn);
  const [reading, setReading] = useState<Reading>({});
  const file = useLoad((signal) => call('GET /uploads/{id}', { params: { id }, signal }), [id]);
  const preview = useLoad((signal) => call('POST /uploads/{id}/preview', { params: { id }, body: { limit: shownRows, ...reading }, signal }), [id, JSON.stringify(reading)]);
  const last = useRef<FilePreview>(undefined);
  if (preview.data) last.current = preview.data;
  const known = preview.data ?? last.current; // a correction that fails must stay correctable
  const change = (changes: { readonly [Name in keyof Reading]?: Reading[Name] | undefined }): void => {
    setReading((before) => Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, value]) => value !== undefined)));
  };
  return (
    <Loaded of={file} lines={4}>{({ name, sizeBytes }) => (
      <>
        <Section title={name}>
          <div class="import-read">
            <label class="field"><span>{t.encoding}</span>
              <select value={reading.encoding ?? ''} disabled={known !== undefined && known.encoding === null} onChange={(event) => { change({ encoding: event.currentTarget.value || undefined }); }}>
                <option value="">{known?.encoding === null ? '–' : t.automatic(reading.encoding === undefined ? (known?.encoding ?? '…') : '…')}</option>
                {encodings.map((each) => <option key={each} value={each}>{each}</option>)}
              </select>
            </label>
            <label class="field"><span>{t.profile}</span>
              <select value={reading.profile ?? ''} onChange={(event) => { change({ profile: event.currentTarget.value || undefined }); }}>
                <option value="">{t.automatic(reading.profile === undefined && known ? profileName(known.profile, t.profiles) : '…')}</option>
                {[...new Set([...Object.keys(t.profiles), ...(known?.candidates.map((each) => each.profile) ?? [])])].map((each) => <option key={each} value={each}>{profileName(each, t.profiles)}</option>)}
              </select>
            </label>
            <dl class="facts"><dt>{t.size}</dt><dd>{bytes(sizeBytes)}</dd>{known && <><dt>{t.format}</dt><dd>{known.format}</dd><dt>{t.why}</dt><dd class="small soft">{known.why}</dd></>}</dl>
          </div>
        </Section>
        {preview.error !== undefined && <Failure error={preview.error} retry={reading.profile === undefined ? () => { change({ profile: 'table' }); } : preview.reload} />}
        {!known && preview.isLoading && <Skeleton lines={8} />}
        {known?.columns && <ColumnMapping columns={known.columns} fields={known.fields} chosen={reading.columns ?? {}} onChange={(columns) => { change({ columns }); }} />}
        {known && preview.error === undefined && <><MappedRows records={known.records} isStale={preview.isLoading} /><ImportOptions id={id} reading={reading} onStarted={onStarted} /></>}
      </>
    )}</Loaded>
  );
}

export function profileName(profile: string, names: Readonly<Record<string, string>>): string {
  return names[profile] ?? profile;
}
