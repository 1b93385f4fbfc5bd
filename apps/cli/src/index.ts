export { describeCommands, type DescribedCommand } from './command-list.ts';
export { commands } from './commands.ts';
export { exitCodeOf, exitCodes, type ExitCode } from './exit-code.ts';
export { translator, type Language } from './language.ts';
export { runCli, type CliSurroundings } from './run.ts';
