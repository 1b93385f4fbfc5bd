import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** One ```ts block of a README: a whole program. */
export interface Block {
  /** Relative to the root: `packages/core/README.md`. */
  readonly readme: string;
  /** Line of the README on which its code begins. */
  readonly line: number;
  readonly code: string;
  /** A file name that is unique over all blocks: `packages-core-1`. */
  readonly name: string;
  /** The packages of this workspace that it imports. */
  readonly imports: readonly string[];
}

/** All blocks of the READMEs of the packages, the apps and the root, in the order of their files. */
export function readmeBlocks(root: string): Block[] {
  const readmes = globSync('{README.md,packages/*/README.md,apps/*/README.md}', { cwd: root }).toSorted();
  return readmes.flatMap((readme) => blocksIn(readme, readFileSync(path.join(root, readme), 'utf8')));
}

/** @param readme where `text` comes from */
export function blocksIn(readme: string, text: string): Block[] {
  return [...text.matchAll(/^```ts\r?\n([^]*?)^```\s*$/gm)].map((match, index) => {
    const code = match[1] ?? '';
    return {
      readme,
      line: text.slice(0, match.index).split('\n').length + 1,
      code,
      name: `${path.dirname(readme).replace('.', 'root').replaceAll('/', '-')}-${index + 1}`,
      imports: [...new Set([...code.matchAll(/from '(@1688\/[^/']+)/g)].map((each) => each[1] ?? ''))],
    };
  });
}
