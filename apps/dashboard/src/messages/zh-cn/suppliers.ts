import type { Words } from '../../state/language.ts';
import type { en } from '../en/suppliers.ts';

export const zhCn: Words<typeof en> = {
  title: '供应商', total: (count) => `共 ${count} 家`, name: '供应商', province: '省份', city: '城市', type: '类型', rating: '评分', years: '年限', updated: '变化时间', any: '全部', none: '还没有供应商', noneHint: '导入商品时会一并建立。',
};
