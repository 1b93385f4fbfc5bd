/**
 * Runs synchronous work at another time and with other random numbers than here. What depends on none of them
 * gives the same result.
 */
export function elsewhere<Result>(work: () => Result): Result {
  const { Date: RealDate } = globalThis;
  const { random } = Math;
  const later = RealDate.now() + 987_654_321_000;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, values: unknown[]) => (values.length === 0 ? new target(later) : Reflect.construct(target, values) as Date),
    apply: () => new RealDate(later).toString(),
    get: (target, key) => (key === 'now' ? () => later : Reflect.get(target, key) as unknown),
  });
  Math.random = () => 0.123_456_789;
  try {
    return work();
  } finally {
    globalThis.Date = RealDate;
    Math.random = random;
  }
}
