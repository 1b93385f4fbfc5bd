import { command } from '../command.ts';

export const supplierGet = command({
  name: 'supplier get', args: [{ name: 'id' }], store: 'existing', options: {},
  async run({ args, flows, mirror }) {
    return { data: await flows.getSupplier(mirror, args[0] ?? '') };
  },
  show(supplier: Record<string, unknown>, { out }) {
    out.table(Object.entries(supplier).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]));
  },
});
