import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { referencePages } from './reference.ts';

const folder = path.resolve(import.meta.dirname, '../../../docs/reference');
for (const [name, text] of referencePages()) writeFileSync(path.join(folder, name), text);
