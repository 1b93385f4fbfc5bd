import type { Words } from '../../state/language.ts';
import type { en } from '../en/duplicates.ts';

export const zhCn: Words<typeof en> = {
  intro: '多个商品使用的相同图片，往往是不同工厂的同款。', same: '完全相同', near: '相似', distance: '允许相差的位数', strict: '严格', loose: '宽松', offers: (count: number) => `${count} 个商品`, suppliers: (count: number) => `${count} 个供应商`, differ: (bits: number) => `相差 ${bits} 位`, empty: '没有重复的图片', emptyHint: '只比较已存储的图片，请先拉取图片。', shownBy: '使用的商品', picture: '图片', group: '重复图片', mode: '比较方式', many: '显示最大的若干组。',
};
