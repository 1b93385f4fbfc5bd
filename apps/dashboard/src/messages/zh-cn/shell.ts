import type { Words } from '../../state/language.ts';
import type { en } from '../en/shell.ts';

export const zhCn: Words<typeof en> = {
  skip: '跳到正文', menu: '菜单', search: '搜索商品', placeholder: '搜索，如：连衣裙', language: 'English', languageLabel: '以英文显示', theme: '配色', system: '跟随系统', light: '浅色', dark: '深色',
  leave: '退出', viewer: '只读', operator: '可操作', api: 'API', main: '主菜单', missing: '没有这个页面', missingHint: '它可能已移动，请从菜单进入。', toOverview: '回到概览',
  groups: { look: '货源', work: '工作', safe: '安全' },
  pages: {
    overview: '概览', products: '商品', product: '商品', suppliers: '供应商', supplier: '供应商', import: '导入', runs: '同步记录', run: '同步记录', changes: '变化', watches: '监控', duplicates: '重复图片', integrity: '一致性', backups: '备份', storage: '存储',
  },
  login: {
    title: '请打开服务器给出的链接', text: '服务启动时会打印一个链接，一小时内可用一次，用它打开本页面。终端中的样子：', again: '已用过或已过期？请停止服务，再运行“1688sync serve”。',
    key: '或用密钥登录', keyHint: '生成密钥：1688sync serve keys add 名称 --role operator', enter: '登录', wrong: '密钥无效。',
  },
};
