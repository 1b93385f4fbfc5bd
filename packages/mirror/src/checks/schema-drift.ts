import { defineCheck, fault, type Check } from '@1688/consistency';
import { checkSchema } from '@1688/db';
import type { Mirror } from '../open-mirror.ts';
import { migrateOptions } from '../open-mirror.ts';

/** Tables, columns, constraints, indexes and functions that are not what the applied migrations make. Extra ones of the user are only told. */
export function schemaDrift(mirror: Mirror): Check {
  return defineCheck({
    id: 'schema-drift',
    title: 'Tables, constraints or indexes that are not what the migrations made',
    titleZh: '表结构与迁移不符',
    severity: 'high',
    kind: 'sql',
    needs: ['store.lineage'],
    async *find() {
      const { differences } = await checkSchema(mirror.db, migrateOptions(mirror.config));
      for (const { problem, kind, name, expected, found } of differences) {
        yield fault(`schema (${problem})`, `${kind} ${name}`, { expected, found }, { fixable: false, severity: problem === 'extra' ? 'info' : null });
      }
    },
  });
}
