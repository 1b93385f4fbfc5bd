import { command, option } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { given, text } from '../flag.ts';

const rank = ['critical', 'high', 'medium', 'low', 'info'];

/** The very things, as many as fit a line; all samples stand in the JSON. */
function firstIds(samples: readonly { id: string }[]): string {
  const shown = samples.slice(0, 2).map(({ id }) => (id.length > 28 ? `${id.slice(0, 27)}…` : id)).join(', ');
  return samples.length > 2 ? `${shown} …` : shown;
}

export const checkCommand = command({
  name: 'check', store: 'existing', options: { only: option('--only <checks>', text), deep: option('--deep', given) },
  async run({ options, flows, mirror, signal, onProgress }) {
    const data = await flows.check(mirror, { only: options.only?.split(','), deep: options.deep, signal, onProgress });
    const grave = data.findings.some((each) => rank.indexOf(each.severity) <= 2);
    const blind = data.unknown > 0;
    return { data, exitCode: blind ? exitCodes.unavailable : grave ? exitCodes.findings : exitCodes.done, next: data.findings.length > 0 ? ['1688sync fix', '1688sync fix --apply'] : [] };
  },
  show(data: { findings: { id: string; check: string; severity: string; count: number; evidence: { title: string; titleZh: string; samples: readonly { id: string }[] } }[]; checked: number; unknowns: readonly { check: string; reason: string }[] }, { out, t, language }) {
    if (data.findings.length > 0) {
      out.table(data.findings.map(({ severity, check, count: number, evidence }) => [severity, check, number, language === 'zh-CN' ? evidence.titleZh : evidence.title, firstIds(evidence.samples)]), {
        head: [t('head.severity'), t('head.check'), t('head.count'), t('head.finding'), t('head.evidence')],
      });
    }
    for (const each of data.unknowns) out.line(t('check.unknown', each));
    out.line(t('check.done', { findings: data.findings.length, checked: data.checked }));
  },
});
