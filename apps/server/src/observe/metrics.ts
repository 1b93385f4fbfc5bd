/** Numbers for Prometheus, in its text format 0.0.4. */
export interface Metrics {
  count(name: CounterName, labels: Readonly<Record<string, string | number>>): void;
  /** Notes how long an answer took. */
  observe(route: string, seconds: number): void;
  /** @param gauges what is so at this moment, by name */
  text(gauges: Readonly<Record<string, number>>): string;
}

const counters = {
  http_requests_total: 'Answers by method, route and status.',
  http_refused_total: 'Requests that were refused before they were looked at, by reason.',
  http_defects_total: 'Requests that met a defect.',
} as const;
type CounterName = keyof typeof counters;

const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
const prefix = 'sync1688_';

export function openMetrics(): Metrics {
  const counts = new Map<CounterName, Map<string, number>>();
  const times = new Map<string, { readonly buckets: number[]; sum: number; count: number }>();
  return {
    count(name, labels) {
      const series = counts.get(name) ?? new Map<string, number>();
      counts.set(name, series);
      const key = labelText(labels);
      series.set(key, (series.get(key) ?? 0) + 1);
    },
    observe(route, seconds) {
      const time = times.get(route) ?? { buckets: bounds.map(() => 0), sum: 0, count: 0 };
      times.set(route, time);
      time.sum += seconds;
      time.count += 1;
      for (const [index, bound] of bounds.entries()) if (seconds <= bound) time.buckets[index] = (time.buckets[index] ?? 0) + 1;
    },
    text(gauges) {
      const lines: string[] = [];
      for (const [name, series] of counts) {
        lines.push(`# HELP ${prefix}${name} ${counters[name]}`, `# TYPE ${prefix}${name} counter`);
        for (const [labels, value] of series) lines.push(`${prefix}${name}${labels} ${value}`);
      }
      lines.push(`# HELP ${prefix}http_seconds Time to the end of the answer, by route.`, `# TYPE ${prefix}http_seconds histogram`);
      for (const [route, { buckets, sum, count }] of times) {
        for (const [index, bound] of bounds.entries()) lines.push(`${prefix}http_seconds_bucket${labelText({ route, le: bound })} ${buckets[index]}`);
        lines.push(`${prefix}http_seconds_bucket${labelText({ route, le: '+Inf' })} ${count}`, `${prefix}http_seconds_sum${labelText({ route })} ${sum}`, `${prefix}http_seconds_count${labelText({ route })} ${count}`);
      }
      for (const [name, value] of Object.entries(gauges)) lines.push(`# TYPE ${prefix}${name} gauge`, `${prefix}${name} ${value}`);
      return `${lines.join('\n')}\n`;
    },
  };
}

function labelText(labels: Readonly<Record<string, string | number>>): string {
  const escaped = (value: string | number): string => String(value).replace(/[\\"\n]/g, (letter) => (letter === '\n' ? '\\n' : `\\${letter}`));
  return `{${Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`).join(',')}}`;
}
