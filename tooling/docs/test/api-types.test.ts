import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { apiTypes } from '../src/api-types.ts';

test('the types of the dashboard are those of the API; "npm run reference" writes them', () => {
  const file = path.resolve(import.meta.dirname, '../../../apps/dashboard/src/api/operations.ts');

  expect(readFileSync(file, 'utf8')).toBe(apiTypes());
});
