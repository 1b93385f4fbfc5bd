import { describe, expect, test } from 'vitest';
import { blocksIn } from '../src/readme.ts';

describe('the blocks of a README', () => {
  test('are its ts blocks, with their line and what they import', () => {
    const text = ['# 标题', '```sh', 'npm i', '```', '```ts', `import { a } from '@1688/core';`, `import { b } from '@1688/storage/contract';`, '```', '', '```ts', 'const c = 1;', '```'].join('\n');

    const blocks = blocksIn('packages/core/README.md', text);

    expect(blocks).toEqual([
      { readme: 'packages/core/README.md', line: 6, code: `import { a } from '@1688/core';\nimport { b } from '@1688/storage/contract';\n`, name: 'packages-core-1', imports: ['@1688/core', '@1688/storage'] },
      { readme: 'packages/core/README.md', line: 11, code: 'const c = 1;\n', name: 'packages-core-2', imports: [] },
    ]);
  });

  test('of the root have a name, too', () => {
    expect(blocksIn('README.md', '```ts\n1;\n```\n')).toMatchObject([{ name: 'root-1' }]);
  });
});
