export { commands } from './commands.ts';
export { exitCodes, type ExitCode } from './exit-code.ts';
export { runCli, type CliSurroundings } from './run.ts';
