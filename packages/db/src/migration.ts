/** One step of the schema. SQL a DBA can read; `:schema:` stands for the quoted name of the schema. Never changes after release. */
export interface Migration {
  /** Number and words: `0001-initial`. Sorts in the order of application. */
  readonly name: string;
  readonly up: string;
  /** Null when the step cannot be taken back without losing data. */
  readonly down: string | null;
}
