import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';

/** One finding for a store that is absent, empty or another one, instead of one for every picture in it. */
export const storeUnavailable = defineCheck({
  id: 'store-unavailable',
  title: 'The picture store is absent, empty, or not the one that this database belongs to',
  titleZh: '图片存储不可用：不存在、为空或不属于本数据库',
  severity: 'critical',
  kind: 'sql',
  needs: ['image_objects.state'],
  async *find({ store, files }) {
    if (store.state === 'wrong') yield fault('store', files.name, { reason: store.reason, expected: store.expectedId, found: store.foundId }, { fixable: false });
  },
});
