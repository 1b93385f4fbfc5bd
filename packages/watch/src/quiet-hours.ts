import type { Watch } from './watch.ts';

/** True between `from` and `to` of the zone's clock; a span over midnight is one. Equal times: never quiet. */
export function isQuiet(hours: Watch['quietHours'], now: Date): boolean {
  if (!hours) return false;
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: hours.zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(now);
  return hours.from <= hours.to ? clock >= hours.from && clock < hours.to : clock >= hours.from || clock < hours.to;
}
