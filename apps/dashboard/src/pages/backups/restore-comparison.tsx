import { useState } from 'preact/hooks';
import { call, type Reply } from '../../api/call.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Loaded } from '../../components/states.tsx';
import { en } from '../../messages/en/backups.ts';
import { zhCn } from '../../messages/zh-cn/backups.ts';
import { count } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { useLoad } from '../../state/use-load.ts';

export type Restore = Reply<'GET /restores/{id}'>;

/** What a switch would change, table by table, and the first rows of one. */
export function RestoreComparison({ of: { id, differences, imagesToRestore }, onSwitch, onDrop }: { readonly of: Restore; readonly onSwitch: () => void; readonly onDrop: () => void }) {
  const t = wordsOf(en, zhCn);
  const [table, setTable] = useState<string | null>(null);
  return (
    <div class="stack">
      {differences.length === 0 ? <p>{t.same}</p> : (
        <>
          <p>{t.compareText}</p>
          <DataTable caption={t.compareText} rows={differences} rowKey={(each) => each.table} columns={[
            { id: 'table', label: t.table, cell: (each) => <span class="mono">{each.table}</span> },
            { id: 'back', label: t.onlyBackup, isNumber: true, cell: (each) => count(each.onlyBackup) }, { id: 'away', label: t.onlyLive, isNumber: true, cell: (each) => count(each.onlyLive) }, { id: 'changed', label: t.changed, isNumber: true, cell: (each) => count(each.changed) },
            { id: 'look', label: t.look, cell: (each) => <button type="button" class="button" aria-label={`${t.look}: ${each.table}`} aria-pressed={table === each.table} onClick={() => { setTable(table === each.table ? null : each.table); }}>{t.look}</button> },
          ]} />
        </>
      )}
      {imagesToRestore > 0 && <p>{t.picturesBack(imagesToRestore)}</p>}
      {table !== null && <DifferingRows key={table} id={id} table={table} />}
      <div class="row"><button type="button" class="button primary" onClick={onSwitch}>{t.toSwitch}</button><button type="button" class="button" onClick={onDrop}>{t.drop}</button></div>
    </div>
  );
}

function DifferingRows({ id, table }: { readonly id: string; readonly table: string }) {
  const t = wordsOf(en, zhCn);
  const rows = useLoad((signal) => call('GET /restores/{id}/rows', { params: { id }, query: { table, limit: 50 }, signal }), [id, table]);
  const kinds = { onlyLive: t.onlyLiveRow, onlyBackup: t.onlyBackupRow, changed: t.changedRow };
  return (
    <Loaded of={rows}>{(loaded) => (
      <DataTable caption={t.rowsOf(table)} rows={loaded.rows} rowKey={(each) => JSON.stringify(each.key)} columns={[
        { id: 'key', label: t.rowsOf(table), cell: ({ key }) => <span class="mono small">{Object.entries(key).map(([name, value]) => `${name} ${value}`).join(', ')}</span> },
        { id: 'kind', label: t.difference, cell: ({ kind, columns }) => <>{kinds[kind]} <span class="soft small mono">{columns.join(', ')}</span></> },
      ]} />
    )}</Loaded>
  );
}
