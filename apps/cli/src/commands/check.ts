import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { command, option } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { duration, given, percent, text, time, words } from '../flag.ts';

const rank = ['critical', 'high', 'medium', 'low', 'info'];
const units = { KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 } as const;

const bytesBudget = z.string().regex(/^\d{1,6}(KB|MB|GB|TB)$/).transform((value) => ({ bytes: Number(value.slice(0, -2)) * units[value.slice(-2) as keyof typeof units] }));
/** `60s` or `2GB`. */
export const budget = z.union([duration.transform((ms) => ({ ms })), bytesBudget], { error: 'a time such as 60s, or an amount such as 2GB' }).optional();
const kinds = words.pipe(z.array(z.enum(['sql', 'store'], 'sql, store, or both separated by commas'))).optional();

interface Shown {
  readonly known?: readonly { readonly id: string; readonly severity: string; readonly kind: string; readonly deep: boolean; readonly fix: string | null; readonly title: string; readonly titleZh: string }[];
  readonly findings: readonly { readonly id: string; readonly check: string; readonly severity: string; readonly count: number; readonly evidence: { readonly title: string; readonly titleZh: string; readonly samples: readonly { id: string }[] } }[];
  readonly checked: number;
  readonly unknowns: readonly { readonly check: string; readonly reason: string }[];
  readonly unfinished: readonly string[];
}

/** The very things, as many as fit a line; all samples stand in the JSON. */
function firstIds(samples: readonly { id: string }[]): string {
  const shown = samples.slice(0, 2).map(({ id }) => (id.length > 28 ? `${id.slice(0, 27)}…` : id)).join(', ');
  return samples.length > 2 ? `${shown} …` : shown;
}

export const checkCommand = command({
  name: 'check', store: 'existing',
  options: {
    only: option('--only <checks>', text), checkKinds: option('--scope <kinds>', kinds), changedSince: option('--since <time>', time), samplePercent: option('--sample <percent>', percent.optional()),
    budget: option('--budget <amount>', budget), deep: option('--deep', given), html: option('--html <file>', text), listChecks: option('--list', given),
  },
  async run({ options, flows, mirror, signal, onProgress, language, cwd }) {
    if (options.listChecks) return { data: { known: await flows.listChecks(mirror) } };
    const { only, checkKinds, changedSince, samplePercent, deep } = options;
    const data = await flows.check(mirror, {
      only: only?.split(','), kinds: checkKinds, since: changedSince, sample: samplePercent === undefined ? undefined : samplePercent / 100, budget: options.budget, deep, signal, onProgress,
    });
    if (options.html !== undefined) await writeFile(path.resolve(cwd, options.html), flows.reportHtml(data, { language }));
    const grave = data.findings.some((each) => rank.indexOf(each.severity) <= 2);
    const blind = data.unknown > 0;
    return { data, exitCode: blind ? exitCodes.unavailable : grave ? exitCodes.findings : exitCodes.done, next: data.findings.length > 0 ? ['1688sync fix', '1688sync fix --apply'] : [] };
  },
  show({ known, findings, checked, unknowns, unfinished }: Shown, { out, t, language }) {
    if (known) {
      const rows = known.map(({ severity, id, kind, deep, fix, title, titleZh }) => [severity, id, deep ? `${kind} --deep` : kind, fix ?? '', language === 'zh-CN' ? titleZh : title]);
      return out.table(rows, { head: [t('head.severity'), t('head.check'), t('head.scope'), t('head.fix'), t('head.finding')] });
    }
    if (findings.length > 0) {
      out.table(findings.map(({ severity, check, count: number, evidence }) => [severity, check, number, language === 'zh-CN' ? evidence.titleZh : evidence.title, firstIds(evidence.samples)]), {
        head: [t('head.severity'), t('head.check'), t('head.count'), t('head.finding'), t('head.evidence')],
      });
    }
    for (const each of unknowns) out.line(t('check.unknown', each));
    if (unfinished.length > 0) out.line(t('check.unfinished', { checks: unfinished.join(', ') }));
    out.line(t('check.done', { findings: findings.length, checked }));
  },
});
