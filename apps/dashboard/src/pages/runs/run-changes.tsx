import { call, type Reply } from '../../api/call.ts';
import { Badge } from '../../components/badge.tsx';
import { fieldName } from '../../components/change-fields.tsx';
import { ChangeTable } from '../../components/change-table.tsx';
import { Section } from '../../components/page-head.tsx';
import { Pager } from '../../components/pager.tsx';
import { en } from '../../messages/en/runs.ts';
import { en as workEn } from '../../messages/en/work.ts';
import { zhCn } from '../../messages/zh-cn/runs.ts';
import { zhCn as workZhCn } from '../../messages/zh-cn/work.ts';
import { count } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { addressTo } from '../../state/place.ts';
import { usePages } from '../../state/use-pages.ts';

type Difference = Reply<'GET /sync-records/{id}/changes'> & { readonly nextCursor: string | null };
const pageSize = 50;

/** Everything that one run changed: counts by kind and field, then the entries with before and after. */
export function RunChanges({ id }: { readonly id: string }) {
  const t = wordsOf(en, zhCn);
  const work = wordsOf(workEn, workZhCn);
  const changes = usePages<Difference['items'][number], Difference>(async (since, signal) => {
    const page = await call('GET /sync-records/{id}/changes', { params: { id }, query: { since, limit: pageSize }, signal });
    return { ...page, nextCursor: page.items.length < pageSize ? null : page.nextSince };
  }, [id]);
  const { first } = changes;
  const isEmpty = first?.items.length === 0;
  return (
    <Section title={t.changes}>
      {first?.revertedBy && <p role="status"><Badge tone="warn">{t.revertedBy}</Badge> <a href={addressTo('/runs/:id', { id: first.revertedBy })}>{first.revertedBy}</a></p>}
      {isEmpty && <p class="soft">{t.noChanges}</p>}
      {first && !isEmpty && (
        <div class="run-summary">
          {Object.entries(first.kinds).map(([name, entries]) => <Badge key={name} tone="info">{kindName(name, work)}: {count(entries)}</Badge>)}
          {Object.entries(first.fields).toSorted(([, a], [, b]) => b - a).slice(0, 12).map(([name, entries]) => <Badge key={name}>{fieldName(name, work.fields)}: {count(entries)}</Badge>)}
        </div>
      )}
      {changes.items.length > 0 && <ChangeTable caption={t.changes} changes={changes.items} />}
      <Pager of={changes} />
    </Section>
  );
}

/** `product updated` in words. */
function kindName(name: string, { entities, changeKinds }: { readonly entities: Readonly<Record<string, string>>; readonly changeKinds: Readonly<Record<string, string>> }): string {
  const [entity = '', kind = ''] = name.split(' ');
  return `${entities[entity] ?? entity} · ${changeKinds[kind] ?? kind}`;
}
