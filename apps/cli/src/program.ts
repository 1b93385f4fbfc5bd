import { SyncError } from '@1688/core';
import { Command as Commander, CommanderError, Option as CommanderOption } from 'commander';
import type { Command } from './command.ts';
import type { Translate } from './language.ts';
import type { MessageKey } from './messages/en.ts';

/** A command line that was understood. */
export interface Invocation {
  readonly command: Command;
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** Flags that every command has. */
export interface GlobalFlags {
  readonly json: boolean;
  readonly jsonl: boolean;
  readonly lang: string | undefined;
}

/** Reads the flags every command has before anything is parsed, so that an error can already obey them. */
export function globalFlags(argv: readonly string[]): GlobalFlags {
  const at = argv.indexOf('--lang');
  return {
    json: argv.includes('--json'),
    jsonl: argv.includes('--jsonl'),
    lang: at >= 0 ? argv[at + 1] : argv.find((each) => each.startsWith('--lang='))?.slice(7),
  };
}

export interface ProgramOptions {
  readonly commands: readonly Command[];
  readonly t: Translate;
  readonly version: string;
  readonly write: (text: string) => void;
  readonly columns: number;
}

/**
 * Understands a command line; prints help or the version itself.
 * @returns null when nothing is left to do
 * @throws ARGUMENT_INVALID
 */
export function parseCommandLine(argv: readonly string[], options: ProgramOptions): Invocation | null {
  let invocation: Invocation | null = null;
  const root = base(new Commander('1688sync'), options)
    .description(options.t('program.summary'))
    .version(options.version, '-V, --version', options.t('option.version'))
    .helpCommand('help [command]', options.t('command.help'))
    .addHelpText('after', `\n${options.t('program.more')}`);
  addGlobals(root, options.t);
  for (const command of options.commands) {
    addCommand(root, command, options, (args, flags) => { invocation = { command, args, options: flags }; });
  }
  try {
    root.parse(argv.length === 0 ? ['help'] : [...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0 || error.code === 'commander.help') return null;
    throw new SyncError('ARGUMENT_INVALID', sentence(error.message), { hint: options.t('hint.help'), cause: error });
  }
  return invocation;
}

function addCommand(root: Commander, command: Command, options: ProgramOptions, chosen: (args: string[], flags: Record<string, unknown>) => void): void {
  const words = command.name.split(' ');
  const parent = words.slice(0, -1).reduce((outer, _, index) => group(outer, words.slice(0, index + 1), options), root);
  const key = command.name.replaceAll(' ', '.');
  const made = base(parent.command(words.at(-1) ?? ''), options).description(options.t(`command.${key}` as MessageKey));
  for (const arg of command.args ?? []) {
    made.argument(arg.optional ? `[${arg.name}${arg.many ? '...' : ''}]` : `<${arg.name}${arg.many ? '...' : ''}>`);
  }
  for (const [name, given] of Object.entries(command.options)) {
    const flag = new CommanderOption(given.flags, options.t(`option.${name}` as MessageKey));
    flag.attributeName = () => name; // else a flag that is not spelled as its option would get lost
    made.addOption(given.many ? flag.argParser<string[]>((value, earlier = []) => [...earlier, value]) : flag);
  }
  addGlobals(made, options.t);
  made.action((...received: unknown[]) => {
    const flags = made.optsWithGlobals<Record<string, unknown>>();
    chosen(received.slice(0, -2).flat().filter((each) => each !== undefined) as string[], flags);
  });
}

function addGlobals(command: Commander, t: Translate): void {
  command
    .option('--json', t('option.json'))
    .option('--jsonl', t('option.jsonl'))
    .addOption(new CommanderOption('--lang <language>', t('option.lang')).choices(['en', 'zh']));
}

function group(outer: Commander, words: readonly string[], options: ProgramOptions): Commander {
  const name = words.at(-1) ?? '';
  const known = outer.commands.find((each) => each.name() === name);
  return known ?? base(outer.command(name), options).description(options.t(`group.${words.join('.')}` as MessageKey)).helpCommand(false);
}

function base(command: Commander, { t, write, columns }: ProgramOptions): Commander {
  return command
    .exitOverride()
    .showSuggestionAfterError(true)
    .helpOption('-h, --help', t('option.help'))
    .configureOutput({ writeOut: write, writeErr: () => {}, outputError: () => {}, getOutHelpWidth: () => columns })
    .configureHelp({
      sortSubcommands: false,
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map((each) => (each.required ? `<${each.name()}${each.variadic ? '…' : ''}>` : `[${each.name()}${each.variadic ? '…' : ''}]`))].join(' '),
      optionDescription: (option) => (option.argChoices ? `${option.description}: ${option.argChoices.join(', ')}` : option.description),
      styleTitle: (title) => t(`title.${title.replace(':', '').toLowerCase()}` as MessageKey),
    });
}

function sentence(message: string): string {
  const text = message.replace(/^error: /, '');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
