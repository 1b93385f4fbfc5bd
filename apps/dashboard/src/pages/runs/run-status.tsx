import { Badge, type Tone } from '../../components/badge.tsx';
import type { SyncRun } from '../../api/operations.ts';
import { en } from '../../messages/en/work.ts';
import { zhCn } from '../../messages/zh-cn/work.ts';
import { wordsOf } from '../../state/language.ts';

const tones: Readonly<Record<string, Tone>> = { running: 'info', completed: 'good', partial: 'warn', failed: 'bad', interrupted: 'bad' };

/** How a run stands, in a word. */
export function RunStatus({ of: { status } }: { readonly of: Pick<SyncRun, 'status'> }) {
  const names: Readonly<Record<string, string>> = wordsOf(en, zhCn).statuses;
  return <Badge tone={tones[status] ?? 'plain'}>{names[status] ?? status}</Badge>;
}

/** What a run was, in a word. */
export function runKind(kind: string): string {
  const names: Readonly<Record<string, string>> = wordsOf(en, zhCn).kinds;
  return names[kind] ?? kind;
}
