/** Values that were met where something else was expected, and some that nobody has met yet. */
const oddValues: readonly unknown[] = [
  undefined, null, '', ' ', 'null', 0, -1, 1.5, true, [], {}, [null], [[]], [{}], '\u0000', '\uD800', '¥12起', '面议', '6.1E+11', '1e400', 'NaN', '-3', '2024-13-45', '<b>', '{"a":', '__proto__',
  2 ** 53 + 2, { $numberLong: '1' }, { length: 3 }, { toString: 1 }, '9'.repeat(400), '长'.repeat(5_000), ',,;;', [1, '2', { url: 3 }],
];
/** Enough to try every value somewhere and every place often; larger documents are sampled, always in the same way. */
const mostMutations = 1_000;
const mostPlaces = 1_000;

/** The places in a document: the keys from its root. */
function placesOf(document: unknown, path: readonly string[] = [], places: (readonly string[])[] = []): (readonly string[])[] {
  if (typeof document !== 'object' || document === null) return places;
  for (const [key, value] of Object.entries(document)) {
    if (places.length >= mostPlaces) break;
    const place = [...path, key];
    places.push(place);
    placesOf(value, place, places);
  }
  return places;
}

/** Copies of a document with one place each made odd; a place that became undefined is gone. The same ones every time. */
export function* mutationsOf<Document>(document: Document, most = mostMutations): Generator<Document> {
  const places = placesOf(document);
  const all = places.length * oddValues.length;
  const step = Math.max(1, all / most);
  for (let at = 0; at < all; at += step) {
    const place = Math.floor(at / oddValues.length);
    // Shifted from place to place: with a step as long as the values are many, each place would else get the same one.
    yield withValue(document, places[place]!, oddValues[(Math.floor(at) + place * 7) % oddValues.length]);
  }
}

/** Only the objects on the way to the place are copied. */
function withValue<Document>(document: Document, [key, ...rest]: readonly string[], value: unknown): Document {
  if (key === undefined) return document;
  const source = document as Readonly<Record<string, unknown>>;
  const copy: Record<string, unknown> = Array.isArray(document) ? (document.slice() as unknown as Record<string, unknown>) : { ...source };
  if (rest.length > 0) copy[key] = withValue(source[key], rest, value);
  else if (value === undefined && !Array.isArray(document)) delete copy[key];
  else copy[key] = value;
  return copy as Document;
}

/** The document with every text or number that equals `from` replaced. */
export function withEvery(document: unknown, from: string, to: string): unknown {
  if (Array.isArray(document)) return document.map((each) => withEvery(each, from, to));
  if (typeof document === 'object' && document !== null) return Object.fromEntries(Object.entries(document).map(([key, value]) => [key, withEvery(value, from, to)]));
  return (typeof document === 'string' || typeof document === 'number') && String(document) === from ? to : document;
}

/** The same document, so that nothing in it can be changed. */
export function frozen<Document>(document: Document): Document {
  if (typeof document === 'object' && document !== null && !Object.isFrozen(document)) {
    Object.freeze(document);
    for (const value of Object.values(document)) frozen(value);
  }
  return document;
}
