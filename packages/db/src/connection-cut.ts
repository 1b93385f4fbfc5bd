import type pg from 'pg';

/**
 * Breaks a connection at once, without the words of parting that a dead peer would never answer. Statements that wait fail, and the
 * pool replaces it.
 */
export function cutOff(client: pg.ClientBase | undefined): void {
  const { connection } = (client ?? {}) as { connection?: { stream?: { destroy(): void } } };
  connection?.stream?.destroy();
}
