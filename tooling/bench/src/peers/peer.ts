/** A row by its columns; JSON columns are objects, the rest text, numbers and booleans. */
export type Row = Readonly<Record<string, unknown>>;

/** An offer as a program holds it that has read it already: rows without their ids. */
export interface ReadyOffer {
  readonly product: Row;
  readonly skus: readonly Row[];
  readonly tiers: readonly Row[];
}

/** Another way to bring offers into the tables. Each module here exports `open(address, schema): Peer`. */
export interface Peer {
  /** Writes offers in one transaction and commits. */
  write(offers: readonly ReadyOffer[]): Promise<void>;
  close(): Promise<void>;
}

/** Offers that a peer gets at once. */
export const offersAtOnce = 1_000;
