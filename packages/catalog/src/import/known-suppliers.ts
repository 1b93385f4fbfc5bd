import type { SupplierAlias } from '@1688/core';
import { mergeSupplier, type SupplierState, type SupplierTelling } from '@1688/db';

/** All that a batch tells of one supplier. */
export interface FoldedSupplier {
  readonly sourceId: string;
  readonly aliases: readonly SupplierAlias[];
  /** Oldest first. */
  readonly tellings: readonly SupplierTelling[];
}

/** A supplier as it stands in the tables once the transaction that looked it up is committed. */
export interface StandingSupplier {
  /** As it was told, which need not be the one of the row. */
  readonly sourceId: string;
  readonly aliases: readonly SupplierAlias[];
  readonly state: SupplierState;
}

/** Suppliers that a run has looked up, so that it need not ask for the same again with each batch. */
export interface KnownSuppliers {
  /**
   * The supplier of which nothing is told that the tables do not hold. What they hold of when a field was told only ever moves forward,
   * so what was no news then is none now; that the row still stands is for the caller to make sure.
   */
  find(told: FoldedSupplier): SupplierState | undefined;
  remember(standing: readonly StandingSupplier[]): void;
  /** For when a row does not stand any more. */
  forget(): void;
}

const most = 10_000;

/** Remembers the last 10,000, at about a kilobyte each. */
export function knownSuppliers(): KnownSuppliers {
  const known = new Map<string, { readonly state: SupplierState; readonly aliases: ReadonlySet<string> }>();
  return {
    find({ sourceId, aliases, tellings }) {
      const found = known.get(sourceId);
      if (!found || !aliases.every((alias) => found.aliases.has(aliasKey(alias)))) return undefined;
      return tellings.reduce(mergeSupplier, found.state) === found.state ? found.state : undefined;
    },
    remember(standing) {
      for (const { sourceId, aliases, state } of standing) {
        known.delete(sourceId);
        known.set(sourceId, { state, aliases: new Set(aliases.map(aliasKey)) });
      }
      for (const oldest of known.keys()) {
        if (known.size <= most) break;
        known.delete(oldest);
      }
    },
    forget: () => known.clear(),
  };
}

export function aliasKey({ kind, value }: SupplierAlias): string {
  return `${kind} ${value}`;
}
