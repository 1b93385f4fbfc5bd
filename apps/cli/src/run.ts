import { createInterface } from 'node:readline/promises';
import { Writable, type Readable } from 'node:stream';
import { errorCodesZhCn, SyncError, type Progress } from '@1688/core';
import type { Mirror } from '@1688/mirror';
import { z } from 'zod';
import type { Command, CommandContext, CommandResult } from './command.ts';
import { describeCommands, schemaOf } from './command-list.ts';
import { commands } from './commands.ts';
import { asSyncError, failure, success, toJson } from './envelope.ts';
import { exitCodeOf, exitCodes } from './exit-code.ts';
import { chooseLanguage, translator, type Language, type Translate } from './language.ts';
import { output } from './output.ts';
import { globalFlags, parseCommandLine, type GlobalFlags, type Invocation } from './program.ts';
import { progressReporter, type ProgressReporter } from './progress.ts';
import { version } from './version.ts';

/** What a command line meets; tests and `demo` hand in their own. */
export interface CliSurroundings {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** False leaves out the line that names the store. Default true. */
  readonly announce?: boolean;
  /** Aborts what runs; without one, Ctrl-C does. */
  readonly signal?: AbortSignal;
}

interface Session {
  readonly around: CliSurroundings;
  readonly flags: GlobalFlags;
  readonly language: Language;
  readonly t: Translate;
  readonly signal: AbortSignal;
  readonly progress: ProgressReporter;
}

/** Runs one command line and returns the exit code of design's table. Prints data to stdout, talk to stderr. Never throws. */
export async function runCli(argv: readonly string[], surroundings: Partial<CliSurroundings> = {}): Promise<number> {
  const around = { ...processSurroundings(), ...surroundings };
  const flags = globalFlags(argv);
  const language = chooseLanguage(flags.lang, around.env);
  const t = translator(language);
  using interrupt = interruption(around, t);
  const style = flags.jsonl ? 'events' : flags.json ? 'none' : around.stderr.isTTY ? 'bar' : 'plain';
  const progress = progressReporter({ stream: flags.jsonl ? around.stdout : around.stderr, style });
  const session: Session = { around, flags, language, t, signal: interrupt.signal, progress };
  let schema = '1688sync@1';
  try {
    if (flags.json && isHelp(argv)) {
      around.stdout.write(`${toJson(success('help@1', { version, commands: describeCommands(commands, t), exitCodes }))}\n`);
      return exitCodes.done;
    }
    const invocation = parseCommandLine(argv, {
      commands, t, version, write: (text) => { around.stdout.write(text); }, columns: around.stdout.columns ?? 100,
    });
    if (!invocation) return exitCodes.done;
    schema = schemaOf(invocation.command);
    const result = await perform(invocation, session);
    progress.clear();
    present(invocation.command, result, session);
    return result.exitCode ?? exitCodes.done;
  } catch (thrown) {
    progress.clear();
    return fail(thrown, schema, session);
  }
}

/** With --json help is the whole list, for programs. */
function isHelp(argv: readonly string[]): boolean {
  return argv[0] === 'help' || argv.includes('--help') || argv.includes('-h');
}

async function perform({ command, args, options }: Invocation, session: Session): Promise<CommandResult> {
  const { around, t, flags } = session;
  const checked = checkOptions(command, options);
  const context = {
    args, options: checked, t, language: session.language, signal: session.signal, cwd: around.cwd,
    onProgress: (progress: Progress) => { session.progress.report(progress); },
    out: output(around.stdout, around.stdout.isTTY ? (around.stdout.columns ?? 80) : null),
    say: (line: string) => { session.progress.clear(); around.stderr.write(`${line}\n`); },
    interactive: Boolean(around.stdin.isTTY && around.stderr.isTTY) && !flags.json && !flags.jsonl,
    json: flags.json || flags.jsonl,
    ask: (question: string) => askOn(around, question),
    run: (argv: readonly string[], env: Readonly<Record<string, string>>) => runCli(argv, { ...around, env, announce: false, signal: session.signal, ...(flags.json || flags.jsonl ? { stdout: silence() } : {}) }),
    fromClone: import.meta.url.endsWith('.ts'),
    allCommands: () => describeCommands(commands, t),
  };
  const store = typeof command.store === 'function' ? command.store(checked) : command.store;
  if (store === 'none') return command.run(lacking(context, ['flows', 'config', 'mirror']));
  const flows = await import('@1688/mirror');
  flows.keepMemorySmall();
  const config = await flows.loadConfig({ cwd: around.cwd, env: around.env });
  if (store === 'config') return command.run(lacking({ ...context, flows, config }, ['mirror']));
  await using mirror: Mirror = await flows.openMirror(config, { create: store === 'create', signal: session.signal });
  if (around.announce ?? true) context.say(t('store.named', { store: mirror.description }));
  return await command.run({ ...context, flows, config, mirror });
}

/** The context of a command that did not ask for a store; reading what it did not ask for is a defect and says so. */
function lacking(context: Partial<CommandContext>, names: readonly (keyof CommandContext)[]): CommandContext {
  for (const name of names) {
    Object.defineProperty(context, name, {
      get(): never { throw new SyncError('INTERNAL', `This command used ${name}, which it did not ask for.`); },
    });
  }
  return context as CommandContext;
}

function checkOptions(command: Command, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const checked: Record<string, unknown> = {};
  for (const [name, { flags, schema }] of Object.entries(command.options)) {
    const result = schema.safeParse(given[name]);
    if (!result.success) {
      throw new SyncError('ARGUMENT_INVALID', `Expected ${flags} to be ${z.prettifyError(result.error).replace(/^✖ /, '')}, received ${JSON.stringify(given[name])}.`, {
        hint: `See "1688sync ${command.name} --help".`,
      });
    }
    checked[name] = result.data;
  }
  return checked;
}

function present(command: Command, result: CommandResult, { around, flags, t, language }: Session): void {
  const { data, warnings = [], next = [] } = result;
  if (flags.json || flags.jsonl) {
    around.stdout.write(`${toJson(success(schemaOf(command), data, { warnings, next }))}\n`);
    return;
  }
  const out = output(around.stdout, around.stdout.isTTY ? (around.stdout.columns ?? 80) : null);
  const say = (line: string): void => { around.stderr.write(`${line}\n`); };
  if (!result.streamed) {
    if (command.show) command.show(data as never, { out, t, say, language });
    else out.line(JSON.stringify(data, (_, each: unknown) => (typeof each === 'bigint' ? each.toString() : each), 2));
  }
  for (const warning of warnings) say(`${t('word.warning')}: ${warning}`);
  if (next.length > 0) say(`${t('word.next')}: ${next.join('  ·  ')}`);
}

function fail(thrown: unknown, schema: string, { around, flags, signal, t, language }: Session): number {
  const error = signal.aborted ? new SyncError('ABORTED', t('error.interrupted'), { hint: t('hint.resume'), retryable: true, cause: thrown }) : asSyncError(thrown);
  if (flags.json || flags.jsonl) around.stdout.write(`${toJson(failure(schema, error))}\n`);
  else {
    // What the code means is there in Chinese; what exactly came is told in English only.
    const meaning = language === 'zh-CN' && error.code !== 'ABORTED' ? `${errorCodesZhCn[error.code]}\n  ` : '';
    around.stderr.write(`${t('word.error')} ${error.code}: ${meaning}${error.message}\n`);
    if (error.hint) around.stderr.write(`  → ${error.hint}\n`);
    if (error.code === 'INTERNAL' && error.cause instanceof Error) around.stderr.write(`${error.cause.stack ?? ''}\n`);
  }
  return exitCodeOf(error.code, error.details);
}

function processSurroundings(): CliSurroundings {
  return { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, env: process.env, cwd: process.cwd() };
}

/** The first Ctrl-C asks the work to stop at the next safe point; the second ends the process. A closed pipe ends quietly. */
function interruption(around: CliSurroundings, t: Translate): { readonly signal: AbortSignal } & Disposable {
  if (around.signal) return { signal: around.signal, [Symbol.dispose]() {} };
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    around.stderr.write(`\n${t('word.stopping')}\n`);
    controller.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  around.stdout.off('error', endOfPipe).on('error', endOfPipe); // stays: the last lines may be refused after the command has ended
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    },
  };
}

function endOfPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodes.done);
}

/** Takes what a command within another prints while only the outer one's document may be seen. */
function silence(): Writable {
  return new Writable({ write(_chunk, _encoding, done) { done(); } });
}

async function askOn(around: CliSurroundings, question: string): Promise<string> {
  const reader = createInterface({ input: around.stdin, output: around.stderr });
  try {
    return await reader.question(`${question} `);
  } finally {
    reader.close();
  }
}
