/** `npm run bench -- NAME [--json]`: measures us against peers and limits. Stdout is the result, stderr is talk. */
import path from 'node:path';
import { runBenchmark } from './run.ts';
import { asText } from './table.ts';

const controller = new AbortController();
process.once('SIGINT', () => controller.abort(new Error('Interrupted.')));

const { envelope, json, exitCode } = await runBenchmark(process.argv.slice(2), {
  say: (sentence) => process.stderr.write(`${sentence}\n`),
  signal: controller.signal,
  defaultData: path.resolve(import.meta.dirname, '../../../../shared/data'),
});
if (json || envelope.ok) process.stdout.write(`${json ? JSON.stringify(envelope) : asText(envelope)}\n`);
else process.stderr.write(`${asText(envelope)}\n`);
process.exitCode = controller.signal.aborted ? 130 : exitCode;
