import { readFileSync } from 'node:fs';
import { childDecoder } from '../src/index.ts';
import { picture } from './pictures.ts';

// Decodes one picture in a child, prints the child's id and does not close the decoder. Run by child-decoder.test.ts.
await childDecoder({ children: 1 }).decode(await picture().jpeg().toBuffer(), []);
process.stdout.write(`${readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim()}\n`);
if (process.argv[2] === 'stay') setInterval(() => {}, 1_000);
