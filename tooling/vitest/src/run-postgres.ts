/** What the global set-up hands to every test file. */
export interface RunPostgres {
  readonly url: string;
  /** Every database of this run begins so. */
  readonly prefix: string;
  /** Name of the migrated database that tests clone. */
  readonly template: string;
  /** Why the template could not be migrated, or null. Fails the tests that need it, not the whole run. */
  readonly problem: string | null;
}

declare module 'vitest' {
  interface ProvidedContext {
    postgres: RunPostgres;
  }
}
