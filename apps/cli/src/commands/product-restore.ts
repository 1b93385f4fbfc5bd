import { command } from '../command.ts';

export const productRestore = command({
  name: 'product restore', args: [{ name: 'offerId', many: true }], store: 'existing', options: {},
  async run({ args, flows, mirror }) {
    return { data: await flows.restoreProducts(mirror, args) };
  },
  show({ done, missing }: { done: string[]; missing: string[] }, { out, t }) {
    out.line(t('product.restore', { done: done.length, missing: missing.length }));
  },
});
