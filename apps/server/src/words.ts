const en = {
  other: '中文', otherCode: 'zh', lang: 'en', missing: 'This page does not exist.', failure: 'Something failed; app.log tells what.',
  apiIntro: 'Keys are made with: 1688sync serve keys add NAME. The whole description for programs:', locked: 'Open the link that the server printed when it started; this page needs it.', opened: 'Opening …', used: 'This link was used, or is too old. Start the server again for a new one.',
};
export type Words = Readonly<typeof en>;
const zh: Words = {
  other: 'English', otherCode: 'en', lang: 'zh-CN', missing: '没有这个页面。', failure: '出错了，原因见 app.log。',
  apiIntro: '用 1688sync serve keys add 名称 生成密钥。供程序读取的完整描述：', locked: '请打开服务启动时打印的链接。', opened: '正在打开……', used: '此链接已用过或已过期，请重新启动服务以获得新链接。',
};

/** Words of the language that `?lang=` or the browser asks for. */
export function wordsFor(asked: string | undefined, acceptLanguage: string | undefined): Words {
  return /^zh/i.test(asked ?? acceptLanguage ?? '') ? zh : en;
}
