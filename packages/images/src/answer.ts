import type { Dispatcher } from 'undici';

/** An answer of an origin: its head, and a body that may be read once. */
export type Answer = Dispatcher.ResponseData;

/** The first value of a header, or undefined. */
export function headerOf({ headers }: Pick<Answer, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}
