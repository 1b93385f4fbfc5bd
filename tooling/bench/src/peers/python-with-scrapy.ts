import { spawnSync } from 'node:child_process';
import { ensure } from '../debian-needs.ts';

/** A Python that has Scrapy and Pillow; Debian's packages are seen by Debian's Python alone, which another one on the path may hide. */
export function pythonWithScrapy(say: (sentence: string) => void): string {
  ensure('Scrapy for Python 3', ['python3-scrapy', 'python3-pil'], () => found() !== undefined, say);
  return found()!;
}

function found(): string | undefined {
  return ['python3', '/usr/bin/python3'].find((python) => spawnSync(python, ['-c', 'import scrapy, PIL'], { stdio: 'ignore' }).status === 0);
}
