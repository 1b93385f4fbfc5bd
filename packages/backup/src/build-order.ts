import { quoteName } from '@1688/db';
import type { ManifestTable, SchemaStatement } from './manifest.ts';
import type { Session } from './session.ts';

/** Some work over loaded tables, and what it keeps others from doing meanwhile. */
export interface BuildStep {
  run(session: Session): Promise<void>;
  /** Tables that it locks; null: nobody knows, so nothing else runs beside it. */
  readonly tables: readonly string[] | null;
  /** False: others that do not want the tables alone either may run beside it, as two indexes of one table may. */
  readonly isAlone: boolean;
  /** What it has to look at, in bytes of rows; the largest go first, so that none is left over at the end. */
  readonly weight: number;
}

type SizedTable = Pick<ManifestTable, 'name' | 'rawBytes'>;

/** One step a statement. */
export function statementSteps(statements: readonly SchemaStatement[], tables: readonly SizedTable[], run: (session: Session, statement: SchemaStatement) => Promise<void>): BuildStep[] {
  const byName = new Map(tables.map((each) => [each.name, each]));
  return statements.map((statement) => {
    const names = statement.tables.length > 0 ? statement.tables : tableOf(statement.sql, tables);
    const known = names.every((name) => byName.has(name)) && names.length > 0 ? names : null;
    const bytes = Math.max(...names.map((name) => byName.get(name)?.rawBytes ?? 0), 0);
    return { run: (session) => run(session, statement), tables: known, isAlone: statement.kind !== 'index', weight: bytes * costOf(statement) };
  });
}

/** Looking through all rows of tables, which anything but a key may go on beside. */
export function readingSteps<Table extends SizedTable>(tables: readonly Table[], run: (session: Session, table: Table) => Promise<void>): BuildStep[] {
  return tables.map((table) => ({ run: (session) => run(session, table), tables: [table.name], isAlone: false, weight: table.rawBytes * 3 }));
}

/** Keys lock their table against everybody: they go while nothing has begun. An index of many entries a row takes several times as long as an ordered one. */
function costOf({ kind, sql }: SchemaStatement): number {
  if (kind === 'key') return 1_000;
  return / USING (?:gin|gist|spgist) /i.test(sql) ? 10 : 1;
}

function tableOf(sql: string, tables: readonly SizedTable[]): string[] {
  const found = tables.find(({ name }) => sql.startsWith(`alter table ${quoteName(name)} `) || [name, quoteName(name)].some((spelled) => sql.includes(` ON ${spelled} USING `)));
  return found ? [found.name] : [];
}

/**
 * Does all steps on the sessions, one on each at a time: keys first, then what takes longest, and never two that wait for each other's
 * locks. The first failure is thrown, when nobody works any more.
 */
export async function build(sessions: readonly Session[], steps: readonly BuildStep[]): Promise<void> {
  const waiting = steps.toSorted((a, b) => b.weight - a.weight);
  const running = new Map<BuildStep, Promise<void>>();
  const free = [...sessions];
  const failures: unknown[] = [];
  const begin = async (step: BuildStep, session: Session): Promise<void> => {
    try {
      await step.run(session);
    } catch (error) {
      failures.push(error);
    } finally {
      running.delete(step);
      free.push(session);
    }
  };
  while (waiting.length > 0 && failures.length === 0) {
    const step = free.length > 0 ? nextStep(waiting, running.keys()) : null;
    const session = step && free.pop();
    if (step && session) {
      waiting.splice(waiting.indexOf(step), 1);
      running.set(step, begin(step, session));
    } else await Promise.race(running.values());
  }
  await Promise.all(running.values());
  if (failures.length > 0) throw failures[0];
}

/** The first step that may run beside those that do, or null. */
function nextStep(waiting: readonly BuildStep[], running: Iterable<BuildStep>): BuildStep | null {
  const busy = [...running];
  return waiting.find((step) => busy.every((other) => areFriends(step, other))) ?? null;
}

function areFriends(a: BuildStep, b: BuildStep): boolean {
  if (a.tables === null || b.tables === null) return false;
  return (!a.isAlone && !b.isAlone) || !a.tables.some((name) => b.tables?.includes(name));
}
