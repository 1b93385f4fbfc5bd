import type { Words } from '../../state/language.ts';
import type { en } from '../en/common.ts';

export const zhCn: Words<typeof en> = {
  loading: '加载中……', more: '显示更多', retry: '重试', close: '关闭', cancel: '取消', yes: '是', no: '否', none: '无', unknown: '未知', onRequest: '价格面议',
  failed: '无法加载', unreachable: '服务器没有回应。它在运行吗？', busy: '服务器目前过于繁忙。', code: '代码', request: '请求', noPicture: '暂无图片', nothing: '这里还没有内容', table: '表格', copied: '已复制', copy: '复制',
};
