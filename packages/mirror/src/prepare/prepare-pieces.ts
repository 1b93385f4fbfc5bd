import { prepareRecord, toMessage, type Prepared, type PreparedMessage } from '@1688/catalog';
import { mapPieces, type PieceMapping, type RawText } from '@1688/sources';

/** Some pieces of an input, and how they become records ready to be stored. Plain data: it goes to other threads. */
export interface PieceTask {
  readonly pieces: readonly RawText[];
  readonly mapping: PieceMapping;
  /** When the source was seen, for records that do not say so. */
  readonly runTimeMs: number;
  /** Documents are made ready for storing; lost work where most are known. */
  readonly pack: boolean;
}

/** Maps, hashes and packs; the costly part of an import. */
export function preparePieces({ pieces, mapping, runTimeMs, pack }: PieceTask): PreparedMessage {
  const runTime = new Date(runTimeMs);
  const prepared: Prepared[] = [];
  for (const outcome of mapPieces(pieces, mapping)) prepared.push(prepareRecord(outcome, runTime));
  return toMessage(prepared, { pack });
}
