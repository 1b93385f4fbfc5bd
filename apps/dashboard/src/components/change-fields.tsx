import { en } from '../messages/en/work.ts';
import { zhCn } from '../messages/zh-cn/work.ts';
import { wordsOf } from '../state/language.ts';
import './change-fields.css';

const most = 6;
const longest = 80;

/** What a change says: each field with its value before and after, the long ones cut. */
export function ChangeFields({ fields }: { readonly fields: Readonly<Record<string, unknown>> }) {
  const t = wordsOf(en, zhCn);
  const all = Object.entries(fields);
  if (all.length === 0) return <span class="soft">–</span>;
  return (
    <div class="change-fields">
      {all.slice(0, most).map(([name, value]) => <div key={name}><span class="soft">{fieldName(name, t.fields)} </span><Values of={value} /></div>)}
      {all.length > most && <div class="soft">{t.moreFields(all.length - most)}</div>}
    </div>
  );
}

/** The word for a field, or its own name. */
export function fieldName(name: string, words: Readonly<Record<string, string>>): string {
  return words[name] ?? name;
}

function Values({ of }: { readonly of: unknown }) {
  const pair = pairOf(of);
  if (!pair) return <span>{shown(of)}</span>;
  return <>{pair.before !== null && pair.before !== undefined && <><del>{shown(pair.before)}</del> → </>}<ins>{shown(pair.after)}</ins></>;
}

function pairOf(value: unknown): { readonly before?: unknown; readonly after?: unknown } | null {
  return typeof value === 'object' && value !== null && ('before' in value || 'after' in value) ? value : null;
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return '∅';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
