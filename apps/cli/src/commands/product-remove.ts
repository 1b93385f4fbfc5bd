import { command } from '../command.ts';

export const productRemove = command({
  name: 'product remove', args: [{ name: 'offerId', many: true }], store: 'existing', options: {},
  async run({ args, flows, mirror }) {
    return { data: await flows.removeProducts(mirror, args) };
  },
  show({ done, missing }: { done: string[]; missing: string[] }, { out, t }) {
    out.line(t('product.remove', { done: done.length, missing: missing.length }));
  },
});
