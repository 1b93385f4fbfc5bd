import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Random } from './random.ts';

/** Makes one title. */
export type TitleSource = (random: Random) => string;

const parts = [
  ['2026新款', '夏季', '跨境', '厂家直销', '秋冬加绒', '外贸', '一件代发', '网红', '现货批发', '大码'],
  ['纯棉', '雪纺', '不锈钢', '真皮', '加厚', '防水', '透气', '硅胶', '陶瓷', '牛津布', '冰丝', '帆布'],
  ['连衣裙', '瑜伽裤', '保温杯', '运动鞋', '双肩包', '手机壳', '收纳盒', '床上四件套', '儿童书包', '卫衣', '宠物牵引绳', '晾衣架'],
  ['女韩版宽松显瘦', '男士户外休闲', '家用大容量', '学生宿舍便携', '高腰提臀收腹', '北欧风简约', '可折叠多功能', '复古百搭'],
  ['中长款', '套装', '批发', '定制印字', '礼品装', '2件装', '四季通用', '可机洗', '加大号', '小众设计'],
] as const;

/**
 * Titles of `titles/titles.tsv` below `data`, the head of one before the tail of another so that a million differ; without that
 * file, titles of words that are written here.
 */
export async function titlesOf(data: string | null): Promise<TitleSource> {
  const file = data === null ? null : path.join(data, 'titles/titles.tsv');
  if (file === null || !existsSync(file)) return (random) => parts.map((part) => random.of(part)).join('');
  const lines = (await readFile(file, 'utf8')).split('\n');
  const titles = lines.map((line) => [...(line.split('\t')[1] ?? '').trim()]).filter((letters) => letters.length >= 8 && letters.length <= 60);
  if (titles.length === 0) throw new Error(`Expected ${file} to hold a source and a title in each line, found no title.`);
  return (random) => {
    const [head, tail] = [random.of(titles), random.of(titles)];
    return [...head.slice(0, Math.ceil(head.length / 2)), ...tail.slice(Math.ceil(tail.length / 2))].join('');
  };
}
