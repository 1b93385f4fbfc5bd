import { expect, test } from 'vitest';
import { listingOfStatus } from './listing-word.ts';

test.each(['expired', 'member expired', 'MEMBER_DELETED', 'auto expired', ' 已下架 ', '下架'])('%j says that an offer is gone', (status) => {
  expect(listingOfStatus(status)).toBe('delisted');
});

test.each(['published', 'Published', 'on_sale', '已上架', '销售中'])('%j says that an offer is there', (status) => {
  expect(listingOfStatus(status)).toBe('listed');
});

test.each(['auditing', 'modified', 'TBD', 'untread', '', null, undefined, 7])('%j says neither', (status) => {
  expect(listingOfStatus(status)).toBeNull();
});
