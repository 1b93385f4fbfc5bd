import type { Progress } from '@1688/core';
import type { Config, Mirror } from '@1688/mirror';
import type { z } from 'zod';
import type { DescribedCommand } from './command-list.ts';
import type { ExitCode } from './exit-code.ts';
import type { Language, Translate } from './language.ts';
import type { Output } from './output.ts';

/** The flows, loaded only when a command runs: `--version` and `--help` must not pay for a database driver. */
export type Flows = typeof import('@1688/mirror');

/** One flag of a command. */
export interface Option<Schema extends z.ZodType = z.ZodType> {
  /** As commander spells it: `--limit <number>`, `--exact`, `-o, --output <file>`. */
  readonly flags: string;
  readonly schema: Schema;
  /** May be given again and again; the schema gets a list. */
  readonly many?: boolean;
}
export type Options = Readonly<Record<string, Option>>;
type Values<Given extends Options> = { readonly [Name in keyof Given]: z.infer<Given[Name]['schema']> };

/** What a command is handed; it touches nothing else. */
export interface CommandContext<Given extends Options = Options> {
  readonly args: readonly string[];
  readonly options: Values<Given>;
  readonly flows: Flows;
  readonly config: Config;
  /** The opened store, for every command but those with `store: 'none'`. */
  readonly mirror: Mirror;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly out: Output;
  readonly say: (line: string) => void;
  readonly t: Translate;
  readonly language: Language;
  readonly cwd: string;
  /** True when somebody can be asked: terminal on both sides and neither --json nor --jsonl. */
  readonly interactive: boolean;
  readonly json: boolean;
  readonly ask: (question: string) => Promise<string>;
  /** Runs another command line in this process, as `demo` does. */
  readonly run: (argv: readonly string[], env: Readonly<Record<string, string>>) => Promise<number>;
  /** True when the project's clone runs its sources: commands are then shown as `npm run -s cli -- …`. */
  readonly fromClone: boolean;
  /** Every command as data. */
  readonly allCommands: () => readonly DescribedCommand[];
}

export interface CommandResult {
  /** The `data` of the JSON envelope. */
  readonly data: unknown;
  readonly exitCode?: ExitCode;
  readonly warnings?: readonly string[];
  /** Commands that make sense now. */
  readonly next?: readonly string[];
  /** Set when the command wrote its own data to stdout as it came; then only `--json` prints the envelope. */
  readonly streamed?: boolean;
}

type StoreNeed = 'none' | 'config' | 'existing' | 'create';

export interface Command<Given extends Options = Options> {
  /** `backup create` */
  readonly name: string;
  /** Name of the data's form in the envelope: `backup-create@1`. Default: the name with dashes, version 1. */
  readonly schema?: string;
  readonly args?: readonly { readonly name: string; readonly many?: boolean; readonly optional?: boolean }[];
  readonly options: Given;
  /**
   * `none`: opens nothing · `create`: may make a store in the default place · `existing`: looks for one, else ends 7.
   * `config`: reads the configuration, opens nothing.
   */
  readonly store: StoreNeed | ((options: Values<Given>) => StoreNeed);
  run(context: CommandContext<Given>): Promise<CommandResult>;
  /** Prints `data` for people. */
  show?(data: never, context: Pick<CommandContext, 'out' | 't' | 'say' | 'language'>): void;
}

/** Types a command; the flags' types come from their schemas. */
export function command<const Given extends Options>(definition: Command<Given>): Command<Given> {
  return definition;
}

export function option<Schema extends z.ZodType>(flags: string, schema: Schema, { many = false }: { readonly many?: boolean } = {}): Option<Schema> {
  return { flags, schema, many };
}
