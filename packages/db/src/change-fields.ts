import type { Change } from '@1688/core';
import type { Difference } from './columns.ts';

const longest = 1_000;

/** What the feed says of these differences. A text of more than 1,000 characters is cut: the feed tells that it changed, the row tells how. */
export function changeFields(differences: readonly Omit<Difference, 'column'>[]): Change['fields'] {
  return Object.fromEntries(differences.map(({ field, before, after }) => [field, { before: shortened(before), after: shortened(after) }]));
}

function shortened(value: unknown): unknown {
  return typeof value === 'string' && value.length > longest ? `${value.slice(0, longest).toWellFormed()}…` : value;
}
