import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { runProgram, type Ended } from './program.ts';
import type { Block } from './readme.ts';

/** What a reader's own project would have: strict, ES modules, types of Node; lowered, so that Node 22 runs `await using`. */
const settings = {
  target: 'es2023',
  lib: ['es2024', 'esnext.disposable', 'esnext.collection', 'esnext.iterator'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
  skipLibCheck: true,
};

/**
 * Writes each block as a module of its own into `folder` and type-checks all at once.
 * @param options `typescript`: folder of the compiler; `sources`: against the sources of the workspace, as Node runs them, instead
 * of leaving lowered JavaScript in `folder/out`
 * @returns the compiler's words by name of block; a block without an entry is right
 */
export async function compileBlocks(blocks: readonly Block[], folder: string, { typescript, sources = false }: { typescript: string; sources?: boolean }): Promise<Map<string, string>> {
  for (const block of blocks) writeFileSync(path.join(folder, `${block.name}.ts`), `${block.code}\nexport {};\n`);
  if (blocks.length === 0) return new Map();
  const files = blocks.map((block) => `${block.name}.ts`);
  const how = sources ? { noEmit: true, customConditions: ['@1688/source'], allowImportingTsExtensions: true } : { outDir: 'out', rootDir: '.' };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...settings, ...how }, files }));
  const ended = await runProgram(process.execPath, [path.join(typescript, 'bin/tsc'), '-p', '.', '--pretty', 'false'], { cwd: folder });
  return complaints(ended, blocks);
}

function complaints({ code, output }: Ended, blocks: readonly Block[]): Map<string, string> {
  const lines = output.split('\n').filter((line) => line.includes('error TS'));
  const named = blocks.map((block) => [block.name, lines.filter((line) => line.includes(`${block.name}.ts(`)).join('\n')] as const);
  const found = new Map(named.filter(([, words]) => words !== ''));
  // A complaint about something else (a package's own types) concerns every block.
  if (code !== 0 && found.size === 0) return new Map(blocks.map((block) => [block.name, output]));
  return found;
}
