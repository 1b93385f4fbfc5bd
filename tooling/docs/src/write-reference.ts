import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { apiTypes } from './api-types.ts';
import { referencePages } from './reference.ts';

const root = path.resolve(import.meta.dirname, '../../..');
for (const [name, text] of referencePages()) writeFileSync(path.join(root, 'docs/reference', name), text);
writeFileSync(path.join(root, 'apps/dashboard/src/api/operations.ts'), apiTypes());
