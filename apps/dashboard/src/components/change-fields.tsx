import { en } from '../messages/en/work.ts';
import { zhCn } from '../messages/zh-cn/work.ts';
import { wordsOf } from '../state/language.ts';
import './change-fields.css';

const most = 6;
const longest = 80;

/** What a change says: each field with its value before and after, the long ones cut. */
export function ChangeFields({ fields }: { readonly fields: Readonly<Record<string, unknown>> }) {
  const t = wordsOf(en, zhCn);
  // Short values first: of lists only their size is told.
  const all = Object.entries(fields).toSorted(([, a], [, b]) => Number(isList(a)) - Number(isList(b)));
  if (all.length === 0) return <span class="soft">–</span>;
  return (
    <div class="change-fields">
      {all.slice(0, most).map(([name, value]) => <div key={name}><span class="soft">{fieldName(name, t.fields)} </span><Values of={value} entries={t.entries} /></div>)}
      {all.length > most && <div class="soft">{t.moreFields(all.length - most)}</div>}
    </div>
  );
}

/** The word for a field, or its own name. */
export function fieldName(name: string, words: Readonly<Record<string, string>>): string {
  return words[name] ?? name;
}

function Values({ of, entries }: { readonly of: unknown; readonly entries: (count: number) => string }) {
  const pair = pairOf(of);
  if (!pair) return <span>{shown(of, entries)}</span>;
  const [before, after] = [shown(pair.before, entries), shown(pair.after, entries)];
  return <>{pair.before !== null && pair.before !== undefined && before !== after && <><del>{before}</del> → </>}<ins>{after}</ins></>;
}

function isList(value: unknown): boolean {
  const pair = pairOf(value);
  return [value, pair?.before, pair?.after].some((each) => Array.isArray(each));
}

function pairOf(value: unknown): { readonly before?: unknown; readonly after?: unknown } | null {
  return typeof value === 'object' && value !== null && ('before' in value || 'after' in value) ? value : null;
}

function shown(value: unknown, entries: (count: number) => string): string {
  if (value === null || value === undefined) return '∅';
  if (Array.isArray(value)) return entries(value.length);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
