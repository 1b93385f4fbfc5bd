import { command } from '../command.ts';
import { showLocks } from '../lock-table.ts';

export const productUnlock = command({
  name: 'product unlock', args: [{ name: 'offerId' }, { name: 'field', many: true, optional: true }], store: 'existing', options: {},
  async run({ args: [offerId = '', ...fields], flows, mirror }) {
    return { data: await flows.unlockProduct(mirror, offerId, fields), next: [`1688sync product get ${offerId}`] };
  },
  show: showLocks,
});
