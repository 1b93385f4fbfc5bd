import { describe, expect, test } from 'vitest';
import { commands } from './commands.ts';
import { chooseLanguage } from './language.ts';
import { en } from './messages/en.ts';
import { zhCn } from './messages/zh-cn.ts';

describe('the two message tables', () => {
  test('have the same keys', () => {
    expect(Object.keys(zhCn).toSorted()).toEqual(Object.keys(en).toSorted());
  });

  test('name the same values in each message', () => {
    const values = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').toSorted();

    for (const [key, text] of Object.entries(en)) expect([key, values(zhCn[key as keyof typeof en])]).toEqual([key, values(text)]);
  });

  test('describe every command and every option', () => {
    for (const { name, options } of commands) {
      expect(en).toHaveProperty([`command.${name.replaceAll(' ', '.')}`]);
      for (const option of Object.keys(options)) expect(en, `${name} ${option}`).toHaveProperty([`option.${option}`]);
    }
  });

  test('have no key that nothing uses', () => {
    const used = new Set(commands.flatMap(({ name, options }) => [`command.${name.replaceAll(' ', '.')}`, ...Object.keys(options).map((each) => `option.${each}`)]));
    const unused = Object.keys(en).filter((key) => /^(command|option)\./.test(key) && !used.has(key) && !['command.help', 'option.help', 'option.version', 'option.json', 'option.jsonl', 'option.lang'].includes(key));

    expect(unused).toEqual([]);
  });
});

test('the flag wins over the environment, and other languages get English', () => {
  expect(chooseLanguage('en', { LANG: 'zh_CN.UTF-8' })).toBe('en');
  expect(chooseLanguage(undefined, { LANG: 'zh_CN.UTF-8' })).toBe('zh-CN');
  expect(chooseLanguage(undefined, { LC_ALL: 'de_DE.UTF-8', LANG: 'zh_CN.UTF-8' })).toBe('en');
});
