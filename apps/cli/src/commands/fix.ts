import { command, option } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { given } from '../flag.ts';

interface Shown { plan: string; run: string | null; actions: { finding: string; action: string; target: string; done: boolean; note?: string | null }[]; refused: { check: string; reason: string }[] }

export const fixCommand = command({
  name: 'fix', args: [{ name: 'plan', optional: true }], store: 'existing', options: { apply: option('--apply', given), force: option('--force', given) },
  async run({ args, options, flows, mirror, signal, onProgress }) {
    const data = await flows.fix(mirror, { plan: args[0], ...options, signal, onProgress });
    return {
      data,
      // What was seen only just now waits for a later plan: nothing was refused.
      exitCode: data.refused.some(({ code }) => code !== 'FIX_EARLY') ? exitCodes.refused : exitCodes.done,
      next: options.apply ? (data.run ? [`1688sync fix undo ${data.run}`, '1688sync check'] : []) : data.actions.length > 0 ? [`1688sync fix ${data.plan} --apply`] : [],
    };
  },
  show(data: Shown, { out, t }) {
    out.table(data.actions.map((each) => [each.done ? '✓' : '·', each.action, each.target, each.note ?? '']), { head: ['', t('head.action'), t('head.target'), t('head.reason')] });
    for (const each of data.refused) out.line(t('fix.refused', each));
    out.line(t(data.run ? 'fix.applied' : 'fix.planned', { plan: data.plan, run: data.run, actions: data.actions.length, done: data.actions.filter((each) => each.done).length }));
  },
});
