import { SyncError } from '@1688/core';
import { command, option } from '../command.ts';
import { showLocks } from '../lock-table.ts';
import { z } from 'zod';

export const productLock = command({
  name: 'product lock', args: [{ name: 'offerId' }, { name: 'field' }], store: 'existing',
  options: { value: option('--value <value>', z.string().optional()) },
  async run({ args, options, flows, mirror }) {
    const [offerId = '', field = ''] = args;
    if (field === '') throw new SyncError('ARGUMENT_INVALID', 'Expected a field to lock, received none.');
    return { data: await flows.lockProduct(mirror, offerId, field, { value: options.value }), next: [`1688sync product unlock ${offerId} ${field}`] };
  },
  show: showLocks,
});
