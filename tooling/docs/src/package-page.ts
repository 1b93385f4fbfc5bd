import { readFileSync } from 'node:fs';
import path from 'node:path';
import { arrows } from '../../boundaries/src/arrows.ts';
import type { Language } from '@1688/cli';
import { page, row, table } from './markdown.ts';
import { publishedPackages } from './packages.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** Every published package with its sentence, and the arrows between them as a drawing. */
export function packagePage(language: Language): string {
  const zh = language === 'zh-CN';
  const published = publishedPackages(root).filter(({ folder }) => folder in arrows);
  const sentences = published.map(({ name, folder }) => {
    const { description } = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')) as { description: string };
    return row([`[\`${name}\`](../../${folder})`, description, (arrows[folder]?.npm ?? []).map((each) => `\`${each}\``).join(', ')]);
  });
  const drawn = published.flatMap(({ folder }) => (arrows[folder]?.workspace ?? []).map((to) => `  ${path.basename(folder)} --> ${to}`));
  return page(zh ? '包与依赖方向' : 'Packages and arrows', [
    table(zh ? ['包', '用途（英文）', '来自 npm'] : ['package', 'what it is for', 'from npm'], sentences),
    zh ? '箭头表示“可以引用”；其他引用会使测试失败（`tooling/boundaries/src/arrows.ts`）。' : 'An arrow means "may import"; a test fails on any other (`tooling/boundaries/src/arrows.ts`).',
    `\`\`\`mermaid\nflowchart TD\n${drawn.join('\n')}\n\`\`\``,
  ]);
}
