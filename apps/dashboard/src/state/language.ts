import { effect, signal } from '@preact/signals';
import { keepChoice, readChoice } from './stored.ts';

export type Language = 'en' | 'zh-CN';
const languages = ['en', 'zh-CN'] as const;

/** What the pages are written in: the choice of this browser, else its own language. */
export const language = signal<Language>(readChoice('language', languages) ?? (navigator.languages.some((each) => each.startsWith('zh')) ? 'zh-CN' : 'en'));

effect(() => {
  document.documentElement.lang = language.value;
  keepChoice('language', language.value);
});

/** The same words in another language: texts stay texts, functions take the same. */
export type Words<Original> = { readonly [Name in keyof Original]: Original[Name] extends string ? string : Original[Name] extends (...given: infer Given) => string ? (...given: Given) => string : Words<Original[Name]> };

/** Words in the language that is chosen now; a component that reads them is drawn again when it changes. */
export function wordsOf<Original>(en: Original, zhCn: Words<Original>): Words<Original> {
  return language.value === 'zh-CN' ? zhCn : (en as Words<Original>);
}
