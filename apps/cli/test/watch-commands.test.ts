import { afterAll, beforeAll, expect, test } from 'vitest';
import { cliStore, tableOf, type CliStore } from './cli-store.ts';

let store: CliStore;
beforeAll(async () => {
  store = await cliStore();
});
afterAll(() => store[Symbol.asyncDispose]());

test('a watch is added, tells of an import once, is muted, listed without its secret, and removed', async () => {
  await store.file('one.csv', tableOf([['610947000001', '连衣裙', '35']]));
  await store.file('two.csv', tableOf([['610947000001', '连衣裙', '30']]));
  await store.run('import', 'one.csv');

  const added = await store.run('watch', 'add', 'cheaper', '--price-down', '5', '--lang', 'zh');
  await store.run('watch', 'add', 'team', '--sink', 'feishu', '--url', 'https://open.feishu.cn/open-apis/bot/v2/hook/token-1', '--secret', 'secret-1', '--on', 'sold-out');
  const wrong = await store.run('watch', 'add', 'bad', '--sink', 'slack', '--url', 'hooks.slack.com/token-2', '--on', 'new');
  await store.run('import', 'two.csv');
  await store.run('watch', 'mute', 'cheaper');
  const muted = await store.run('watch', 'run');
  await store.run('watch', 'mute', 'cheaper', '--off');
  const run = await store.run('watch', 'run');
  const again = await store.run('watch', 'run');
  const listed = await store.run('watch', 'list', '--json');
  const removed = await store.run('watch', 'remove', 'team');
  const unknown = await store.run('watch', 'test', 'team');

  expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining('cheaper') as string });
  expect([wrong.code, wrong.stderr.includes('token-2')]).toEqual([2, false]);
  expect([muted.stdout, again.stdout]).toEqual(['', '']);
  expect(run.stdout).toContain('降价 ¥35.00 → ¥30.00：连衣裙 https://detail.1688.com/offer/610947000001.html');
  expect(listed.stdout).toContain('feishu open.feishu.cn');
  expect(listed.stdout).not.toMatch(/token-1|secret-1/);
  expect([removed.code, unknown.code]).toEqual([0, 7]);
});
