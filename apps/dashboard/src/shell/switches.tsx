import { en } from '../messages/en/shell.ts';
import { zhCn } from '../messages/zh-cn/shell.ts';
import { language, wordsOf } from '../state/language.ts';
import { theme, themes, type Theme } from '../state/theme.ts';

/** The other language, in its own words. */
export function LanguageSwitch() {
  const t = wordsOf(en, zhCn);
  return <button type="button" class="button quiet" title={t.languageLabel} lang={language.value === 'en' ? 'zh-CN' : 'en'} onClick={() => { language.value = language.value === 'en' ? 'zh-CN' : 'en'; }}>{t.language}</button>;
}

const signs: Readonly<Record<Theme, string>> = {
  system: 'M4 5h16v11H4Zm5 15h6M12 16v4', light: 'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8Zm0-5v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4', dark: 'M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z',
};

/** Light, dark, or as the system is. */
export function ThemeSwitch() {
  const t = wordsOf(en, zhCn);
  const label = `${t.theme}: ${t[theme.value]}`;
  return (
    <button type="button" class="button quiet" aria-label={label} title={label} onClick={() => { theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? 'system'; }}>
      <svg class="sign" viewBox="0 0 24 24" aria-hidden="true"><path d={signs[theme.value]} /></svg>
    </button>
  );
}
