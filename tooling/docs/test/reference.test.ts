import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { referencePages } from '../src/reference.ts';

const folder = path.resolve(import.meta.dirname, '../../../docs/reference');

test.each([...referencePages()])('%s of the reference is what the code says; "npm run reference" writes it', (name, text) => {
  expect(readFileSync(path.join(folder, name), 'utf8')).toBe(text);
});
