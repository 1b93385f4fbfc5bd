import type { Envelope } from './run.ts';

/** The envelope for people: a line per figure, then each ratio beside its goal. */
export function asText(envelope: Envelope): string {
  if (!envelope.ok) return [envelope.error.message, envelope.error.hint].filter(Boolean).join('\n');
  const { name, size, runs, figures, ratios, goals, met } = envelope.data;
  const width = Math.max(...figures.map(({ who }) => who.length), ...Object.keys(goals).map((key) => key.length));
  const lines = figures.map(({ who, median, min, max, p95, p99, unit }) => `  ${who.padEnd(width)}  ${median} ${unit} (${min} to ${max}${p95 === undefined ? '' : `; p95 ${p95}, p99 ${p99}`})`);
  const judged = Object.entries(goals).map(([key, { min, max }]) => {
    const limits = [min === undefined ? '' : `at least ${min}`, max === undefined ? '' : `at most ${max}`].filter(Boolean).join(', ');
    return `  ${key.padEnd(width)}  ${ratios[key] ?? 'not measured'} (${limits === '' ? 'no goal' : `goal: ${limits}`})`;
  });
  return [`${name}: size ${size}, ${runs} runs`, ...lines, 'ratios', ...judged, met ? 'All goals are met.' : 'Not all goals are met.'].join('\n');
}
