const decoder = new TextDecoder('gb18030');
const bytesOf = new Map<string, readonly [number, number]>();
for (let lead = 0x81; lead <= 0xfe; lead += 1) for (let trail = 0x40; trail <= 0xfe; trail += 1) bytesOf.set(decoder.decode(new Uint8Array([lead, trail])), [lead, trail]);

/** Text as a Chinese Excel writes it: characters of one and two bytes only. */
export function toGb18030(text: string): Buffer {
  return Buffer.from([...text].flatMap((character) => (character < '\u0080' ? [character.charCodeAt(0)] : [...(bytesOf.get(character) ?? [0x3f])])));
}
