import { runCli } from './run.ts';

// The clone's way in; the published one is bin/1688sync.mjs.
process.exitCode = await runCli(process.argv.slice(2));
