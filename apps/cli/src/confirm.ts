import { SyncError } from '@1688/core';
import type { CommandContext } from './command.ts';

/**
 * Wants the name typed before something dangerous; without a terminal `--yes --confirm NAME` says the same.
 * @throws REFUSED
 */
export async function confirm(
  context: Pick<CommandContext, 'interactive' | 'ask' | 't'>, flags: { readonly yes: boolean; readonly confirm: string | undefined },
  { name, what }: { readonly name: string; readonly what: string },
): Promise<void> {
  if (flags.yes && flags.confirm === name) return;
  if (context.interactive && (await context.ask(context.t('confirm.ask', { what, name }))).trim() === name) return;
  throw new SyncError('REFUSED', context.t('confirm.refused', { what, name }), { hint: context.t('confirm.hint', { name }) });
}
