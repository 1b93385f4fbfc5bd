import { createHash } from 'node:crypto';

/**
 * The number of an advisory lock, the same in every process: a decimal bigint as PostgreSQL's `bigint` argument takes it.
 * @param purpose what is locked: 'migrate', 'changes', 'sync:import:default'
 */
export function lockKey(schema: string, purpose: string): string {
  return createHash('sha256').update(`1688sync\0${schema}\0${purpose}`).digest().readBigInt64BE().toString();
}
