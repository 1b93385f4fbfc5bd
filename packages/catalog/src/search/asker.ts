import type pg from 'pg';

/** Text and values of a query. */
export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

/** Asks the server, and can tell afterwards how it was answered. */
export interface Asker {
  readonly schema: string;
  ask<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]>;
  /** The server's plan of each statement, in order; empty unless plans were asked for. */
  readonly plans: readonly string[];
}

export function asker(client: pg.ClientBase, schema: string, { explain = false }: { readonly explain?: boolean } = {}): Asker {
  const plans: string[] = [];
  return {
    schema,
    plans,
    async ask<Row extends pg.QueryResultRow>({ text, values }: Statement): Promise<Row[]> {
      const { rows } = await client.query<Row>(text, values);
      if (explain) plans.push((await client.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values)).rows.map((row) => row['QUERY PLAN']).join('\n'));
      return rows;
    },
  };
}
