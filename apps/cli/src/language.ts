import { en, type MessageKey } from './messages/en.ts';
import { zhCn } from './messages/zh-cn.ts';

export type Language = 'en' | 'zh-CN';
export type Translate = (key: MessageKey, values?: Readonly<Record<string, unknown>>) => string;

const tables: Readonly<Record<Language, Readonly<Record<MessageKey, string>>>> = { en, 'zh-CN': zhCn };

/** The language of `--lang`, else of LC_ALL, LC_MESSAGES or LANG; English for all others. */
export function chooseLanguage(flag: string | undefined, env: Readonly<Record<string, string | undefined>>): Language {
  const wanted = flag ?? [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((value) => value) ?? '';
  return /^zh/i.test(wanted) ? 'zh-CN' : 'en';
}

/** Looks a message up and puts `{name}` values into it. */
export function translator(language: Language): Translate {
  return (key, values = {}) => tables[language][key].replaceAll(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}
