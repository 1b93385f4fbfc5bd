import { effect, signal } from '@preact/signals';
import { keepChoice, readChoice } from './stored.ts';

export type Theme = 'system' | 'light' | 'dark';
export const themes = ['system', 'light', 'dark'] as const;

export const theme = signal<Theme>(readChoice('theme', themes) ?? 'system');

effect(() => {
  if (theme.value === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme.value;
  keepChoice('theme', theme.value);
});
