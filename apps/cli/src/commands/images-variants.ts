import { command, option } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { count } from '../flag.ts';

export const imagesVariants = command({
  name: 'images variants', store: 'existing',
  options: { concurrency: option('--concurrency <number>', count.max(64, 'at most 64').default(2)) },
  async run({ options, flows, mirror, signal, onProgress }) {
    const data = await flows.makeMissingVariants(mirror, { ...options, signal, onProgress });
    return { data, exitCode: data.failed > 0 ? exitCodes.partly : exitCodes.done, next: data.failed > 0 ? ['1688sync check'] : [] };
  },
  show(data: { made: number; failed: number; failures: Record<string, number> }, { out, t }) {
    out.line(t('images.variants', data));
    if (data.failed > 0) out.table(Object.entries(data.failures));
  },
});
