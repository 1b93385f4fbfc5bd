/**
 * The form of `sightings.product_ids`: rising ids, each as the LEB128 varint of its distance from the one before.
 * @param ids in any order, without repetition; decimal bigints above 0
 */
export function encodeIds(ids: Iterable<string>): Buffer {
  const sorted = BigUint64Array.from(ids, BigInt).toSorted();
  const bytes: number[] = [];
  let previous = 0n;
  for (const id of sorted) {
    let distance = id - previous;
    previous = id;
    while (distance > 127n) {
      bytes.push(Number(distance & 127n) | 128);
      distance >>= 7n;
    }
    bytes.push(Number(distance));
  }
  return Buffer.from(bytes);
}

/** The ids that `encodeIds` wrote, rising. A last id that was cut off is left out. */
export function decodeIds(bytes: Uint8Array): string[] {
  const ids: string[] = [];
  let [previous, distance, shift] = [0n, 0n, 0n];
  for (const byte of bytes) {
    distance |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (byte > 127) continue;
    previous += distance;
    ids.push(previous.toString());
    [distance, shift] = [0n, 0n];
  }
  return ids;
}
