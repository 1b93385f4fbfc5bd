import type { Words } from '../../state/language.ts';
import type { en } from '../en/storage.ts';

export const zhCn: Words<typeof en> = {
  intro: '数据存放在哪里，有多少。', pictures: '图片', stored: '已存储的图片', size: '占用空间', database: '数据库', place: '位置', states: '按状态', computed: (when: string) => `统计于${when}`, places: '实际存放的内容', placesHint: '列出图片存储和备份存储中的所有对象；图片上百万时需要一些时间。', count: '立即统计', counted: (when: string) => `统计于${when}`, objects: '对象数', never: '还没有统计过。', pull: '拉取等待中的图片', pulled: (count: number) => `已拉取 ${count} 张图片。`, toIntegrity: '检查是否有损坏',
  imageStates: { pending: '等待', stored: '已存储', failed: '失败', gone: '已消失' },
};
