import type { Words } from '../../state/language.ts';
import type { en } from '../en/supplier.ts';

export const zhCn: Words<typeof en> = {
  back: '全部供应商', id: '供应商 ID', company: '公司', shop: '店铺', place: '所在地', type: '类型', years: '经营年限', rating: '评分', aliases: '其他标识', at1688: '在 1688 打开', synced: '最近同步',
  products: '商品', delisted: (count) => `已下架 ${count}`, price: '最低价', average: (price) => `平均 ${price}`, sold: '成交量', pictures: '图片', productRating: '商品评分',
  trends: '历史走势', offers: '在售', drift: '价格变动', stockOut: '售罄', fresh: '新增', gone: '下架', step: '间隔', day: '天', week: '周', month: '月', period: '起始', noTrends: '这段时间没有数据。', driftHint: '与上一时段相比，最低价的平均变动。', asTable: '以表格显示',
  shown: '该供应商的商品', all: '查看全部', noProducts: '没有商品',
};
