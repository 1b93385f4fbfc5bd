/** One step of the schema. SQL a DBA can read; `:schema:` stands for the quoted name of the schema. Never changes after release. */
export interface Migration {
  /** Number and words: `0001-initial`. Sorts in the order of application. */
  readonly name: string;
  readonly up: string;
  /** Null when the step cannot be taken back without losing data. */
  readonly down: string | null;
  /**
   * How `up` is run; `down` is always one transaction.
   * - `transaction` (default): all of it, or nothing.
   * - `batches`: one statement, run again and again in transactions of its own, that goes on behind the row `:after:`, looks at `:rows:`
   *   rows, and gives the id of the last one as `last`, null when there are none left. Readers and writers go on; interrupted, it starts
   *   anew, so it must leave alone what it did before.
   * - `index`: one `create index`, run as `create index concurrently`, so that neither readers nor writers wait.
   */
  readonly mode?: 'transaction' | 'batches' | 'index';
}
