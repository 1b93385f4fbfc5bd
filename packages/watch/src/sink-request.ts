import { createHmac, timingSafeEqual } from 'node:crypto';
import { messageHead, messageLines, type Message } from './message.ts';
import type { Sink } from './watch.ts';

/** A POST to a sink. */
export interface SinkRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const hmac = (key: string, text: string) => createHmac('sha256', key).update(text);
const markdown = (text: string, url: string): string => `- [${text}](${url})`;

/** A message in the form of one sink, signed as its documentation says. @param now of the signature; robots refuse one that is an hour off */
export function sinkRequest(sink: Exclude<Sink, { kind: 'stdout' }>, message: Message, now: Date): SinkRequest {
  const head = messageHead(message);
  const post = (content: unknown, url = sink.url, headers: SinkRequest['headers'] = {}): SinkRequest =>
    ({ url, body: JSON.stringify(content), headers: { 'content-type': 'application/json; charset=utf-8', ...headers } });
  const marked = [`**${head}**`, '', ...messageLines(message, markdown)].join('\n');
  switch (sink.kind) {
    case 'dingtalk':
      return post({ msgtype: 'markdown', markdown: { title: head, text: marked } }, sink.secret === undefined ? sink.url : dingtalkUrl(sink.url, sink.secret, now));
    case 'wecom':
      // https://developer.work.weixin.qq.com/document/path/91770: the key in the address is all there is.
      return post({ msgtype: 'markdown', markdown: { content: marked } });
    case 'feishu':
      return post({ ...(sink.secret === undefined ? {} : feishuSignature(sink.secret, now)), msg_type: 'text', content: { text: plainText(message) } });
    case 'slack':
      // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
      return post({ text: [`*${head}*`, ...messageLines(message, (text, url) => `• <${url}|${text}>`)].join('\n') });
    case 'url': {
      const { id, watchId, test = false, alerts } = message;
      const content = { schema: 'watch-message@1', id, watchId, test, text: plainText(message), alerts };
      return post(content, sink.url, signedHeaders(sink.secret, id, JSON.stringify(content), now));
    }
  }
}

/** Lines without markup, as `stdout` prints them. */
export function plainText(message: Message): string {
  return [messageHead(message), ...messageLines(message, (text, url) => `${text} ${url}`)].join('\n');
}

/** https://open.dingtalk.com/document/robots/customize-robot-security-settings: milliseconds and base64 of HMAC(secret, time \n secret) in the query. */
function dingtalkUrl(url: string, secret: string, now: Date): string {
  const timestamp = String(now.getTime());
  const signed = new URL(url);
  signed.searchParams.set('timestamp', timestamp);
  signed.searchParams.set('sign', hmac(secret, `${timestamp}\n${secret}`).digest('base64'));
  return signed.href;
}

/** https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot: seconds, and base64 of HMAC with `time \n secret` as key over nothing. */
function feishuSignature(secret: string, now: Date): { timestamp: string; sign: string } {
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  return { timestamp, sign: hmac(`${timestamp}\n${secret}`, '').digest('base64') };
}

function signedHeaders(secret: string, id: string, body: string, now: Date): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  return { 'x-1688sync-id': id, 'x-1688sync-timestamp': timestamp, 'x-1688sync-signature': `sha256=${hmac(secret, `${timestamp}.${id}.${body}`).digest('hex')}` };
}

/**
 * For receivers of the sink `url`: true when the body is ours and at most `maxAgeSeconds` old. Remember the id: the same message may come again.
 * @param body as received, before it is parsed
 */
export function verifyAlertRequest({ headers, body }: { readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>; readonly body: string }, secret: string, { maxAgeSeconds = 300, now = new Date() } = {}): boolean {
  const [timestamp = '', id = '', signature = ''] = ['timestamp', 'id', 'signature'].map((name) => String(headers[`x-1688sync-${name}`] ?? ''));
  const expected = Buffer.from(`sha256=${hmac(secret, `${timestamp}.${id}.${body}`).digest('hex')}`);
  const given = Buffer.from(signature);
  const isYoung = /^\d{1,12}$/.test(timestamp) && Math.abs(now.getTime() / 1_000 - Number(timestamp)) <= maxAgeSeconds;
  return given.length === expected.length && timingSafeEqual(given, expected) && isYoung;
}
