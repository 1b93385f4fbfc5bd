import { signal } from '@preact/signals';
import { isProblemError } from '../api/problem.ts';
import { en } from '../messages/en/common.ts';
import { zhCn } from '../messages/zh-cn/common.ts';
import { wordsOf } from '../state/language.ts';
import './toast.css';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'good' | 'bad';
}

const shown = signal<readonly Toast[]>([]);
const shownMs = { good: 5_000, bad: 12_000 };
let lastId = 0;

/** Tells in a corner what has happened; gone after a while, or by a click. */
export function toast(text: string, tone: Toast['tone'] = 'good'): void {
  const id = (lastId += 1);
  shown.value = [...shown.value.slice(-3), { id, text, tone }];
  setTimeout(() => { dismiss(id); }, shownMs[tone]);
}

/** Tells what a click could not do. */
export function toastError(error: unknown): void {
  toast(isProblemError(error) ? [error.problem.detail, error.problem.hint].filter(Boolean).join(' ') : String(error), 'bad');
}

function dismiss(id: number): void {
  shown.value = shown.value.filter((each) => each.id !== id);
}

export function Toasts() {
  const t = wordsOf(en, zhCn);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.value.map(({ id, text, tone }) => <div key={id} class={`toast toast-${tone}`}><span>{text}</span><button type="button" aria-label={t.close} onClick={() => { dismiss(id); }}>✕</button></div>)}
    </div>
  );
}
