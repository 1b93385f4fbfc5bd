import { command, option } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { text } from '../flag.ts';

export const rejectsReplay = command({
  name: 'rejects replay', args: [{ name: 'id', many: true, optional: true }], store: 'existing',
  options: { sync: option('--sync <id>', text), code: option('--code <code>', text), profile: option('--profile <name>', text) },
  async run({ args, options, flows, mirror, signal, onProgress }) {
    const { sync, ...rest } = options;
    const result = await flows.replayRejects(mirror, { ...rest, syncRecordId: sync, ids: args.length > 0 ? args : undefined, signal, onProgress });
    return {
      data: result, exitCode: result.failed > 0 ? exitCodes.partly : exitCodes.done,
      next: result.failed > 0 ? ['1688sync rejects list', '1688sync rejects export -o rejects.jsonl'] : [],
    };
  },
  show(data: { replayed: number; failed: number; failures: Readonly<Record<string, number>> } & Record<string, unknown>, { out, t }) {
    out.line(t('rejects.replayed', data));
    out.table(Object.entries(data.failures));
  },
});
