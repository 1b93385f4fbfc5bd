import { computed, signal } from '@preact/signals';
import type { Operations } from '../api/operations.ts';

export type Session = Operations['GET /session']['reply'];

/** Who is looking; null: nobody yet; undefined: not asked yet. */
export const session = signal<Session | null | undefined>(undefined);
export const csrfToken = computed(() => session.value?.csrfToken ?? null);
/** May change something. Buttons of what a viewer may not do are not shown. */
export const isOperator = computed(() => session.value?.role === 'operator');

export function forgetSession(): void {
  session.value = null;
}
