import type { Command } from './command.ts';
import type { Translate } from './language.ts';
import type { MessageKey } from './messages/en.ts';

/** One command as data, for programs, completion and the reference. */
export interface DescribedCommand {
  readonly name: string;
  readonly summary: string;
  /** Name and version of the data's form with --json. */
  readonly schema: string;
  readonly arguments: readonly { readonly name: string; readonly required: boolean; readonly many: boolean }[];
  readonly options: readonly { readonly flags: string; readonly meaning: string; readonly many: boolean }[];
}

/** Every command with its arguments and flags, in the order of the help. */
export function describeCommands(commands: readonly Command[], t: Translate): DescribedCommand[] {
  return commands.map((command) => ({
    name: command.name,
    summary: t(`command.${command.name.replaceAll(' ', '.')}` as MessageKey),
    schema: schemaOf(command),
    arguments: (command.args ?? []).map(({ name, many = false, optional = false }) => ({ name, required: !optional, many })),
    options: Object.entries(command.options).map(([name, { flags, many = false }]) => ({ flags, meaning: t(`option.${name}` as MessageKey), many })),
  }));
}

/** `backup-create@1`, unless the command says otherwise. */
export function schemaOf(command: Command): string {
  return command.schema ?? `${command.name.replaceAll(' ', '-')}@1`;
}
