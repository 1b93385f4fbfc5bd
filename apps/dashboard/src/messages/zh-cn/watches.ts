import type { Words } from '../../state/language.ts';
import type { en } from '../en/watches.ts';

export const zhCn: Words<typeof en> = {
  intro: '监控会把变化通知到钉钉、企业微信、飞书、Slack 或您自己的地址。', add: '新建监控', empty: '还没有监控', emptyHint: '例如：价格下降 5% 时在钉钉通知我。', id: '名称', idHint: '1 到 60 个字母、数字、- 和 _', tells: '通知内容', where: '发送到', waits: '等待', sent: '已发送', dead: '已放弃', state: '状态', hears: '生效中', muted: (until: string) => `静音至 ${until}`, failing: (count: number) => `已失败 ${count} 次`, configured: '来自配置文件',
  test: '测试', tested: '已发送一条测试提醒。', muteHour: '静音一小时', muteDay: '静音一天', unmute: '取消静音', redrive: '重新发送', redriven: (count: number) => `${count} 条提醒重新排队。`, remove: '删除', removeTitle: '删除这个监控？', removeText: '等待发送的提醒会一并删除。', added: '监控已保存，从现在起的变化会通知。',
  trigger: '何时通知', percent: '百分比', belowCny: '元', limits: '仅限', offers: '商品 ID，用空格分隔', query: '标题中的词', kind: '渠道', url: '机器人地址', secret: '密钥', save: '保存', stdout: '运行监控的终端', ownUrl: '自己的地址',
  triggers: { priceDownPercent: '降价达', priceUpPercent: '涨价达', priceBelowCny: '价格低于', soldOut: '售罄', backInStock: '恢复库存', delisted: '下架', relisted: '重新上架', titleChanged: '标题变化', statusChanged: '状态变化', newOffer: '新商品', cheaperElsewhere: '别家更便宜' },
  sinks: { dingtalk: '钉钉', wecom: '企业微信', feishu: '飞书', slack: 'Slack' },
};
