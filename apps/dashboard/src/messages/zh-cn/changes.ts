import type { Words } from '../../state/language.ts';
import type { en } from '../en/changes.ts';

export const zhCn: Words<typeof en> = {
  intro: '数据的变化，最新的在前；新的变化会自动出现。', live: '实时', lost: '连接中断，正在重试', paused: '已暂停', pause: '暂停', resume: '继续', waiting: (count: number) => `${count} 条新变化`, empty: '还没有变化', emptyHint: '导入带来新内容后会立即显示在这里。', all: '全部',
};
