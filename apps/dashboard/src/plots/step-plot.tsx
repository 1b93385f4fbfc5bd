import { useEffect, useRef, useState } from 'preact/hooks';
import { date, dateTime } from '../state/format.ts';
import { linear, roundSteps, timeSteps } from './scale.ts';
import './plots.css';

export interface PlotPoint {
  /** Milliseconds since 1970: since when the value holds. */
  readonly at: number;
  /** Null where nothing was known. */
  readonly value: number | null;
}
export interface PlotSeries {
  readonly name: string;
  readonly points: readonly PlotPoint[];
}
export interface StepPlotProps {
  /** What is shown; read aloud. */
  readonly label: string;
  /** At most five. */
  readonly series: readonly PlotSeries[];
  readonly format: (value: number) => string;
  /** Up to when the last values hold. Default: now. */
  readonly until?: number;
  readonly heightPx?: number;
}

const edge = { left: 64, right: 14, top: 10, bottom: 26 } as const;

/** Values that hold until the next one, over time. A pointer or the arrow keys read them. */
export function StepPlot({ label, series, format, until = Date.now(), heightPx = 230 }: StepPlotProps) {
  const [frame, widthPx] = useWidth();
  const times = [...new Set(series.flatMap(({ points }) => points.map(({ at }) => at)))].toSorted((a, b) => a - b);
  const [read, setRead] = useState<number | null>(null);
  const from = times[0] ?? until - 1;
  const values = series.flatMap(({ points }) => points.flatMap(({ value }) => (value === null ? [] : [value])));
  const steps = roundSteps(Math.min(...values), Math.max(...values));
  const x = linear([from, Math.max(until, from + 1)], [edge.left, widthPx - edge.right]);
  const y = linear([steps[0] ?? 0, steps.at(-1) ?? 1], [heightPx - edge.bottom, edge.top]);
  const toTime = linear([edge.left, widthPx - edge.right], [from, Math.max(until, from + 1)]);
  const move = (by: number): void => {
    const at = read === null ? (by > 0 ? 0 : times.length - 1) : times.findLastIndex((time) => time <= read) + by;
    setRead(times[Math.max(0, Math.min(times.length - 1, at))] ?? null);
  };
  const readings = read === null ? [] : series.map(({ name, points }) => ({ name, value: points.findLast(({ at }) => at <= read)?.value ?? null }));
  return (
    <figure class="plot" ref={frame}>
      <ul class="plot-key plain">{series.map(({ name }, at) => <li key={name} class={`plot-name plot-name-${at + 1}`}>{name}</li>)}</ul>
      <svg class="plot-ground" width={widthPx} height={heightPx} viewBox={`0 0 ${widthPx} ${heightPx}`} role="application" aria-roledescription="plot" aria-label={label} tabIndex={0}
        onPointerMove={(event) => { setRead(Math.max(from, Math.min(until, toTime(event.clientX - event.currentTarget.getBoundingClientRect().left)))); }} onPointerLeave={() => { setRead(null); }} onBlur={() => { setRead(null); }}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
          event.preventDefault();
          move(event.key === 'ArrowRight' ? 1 : -1);
        }}>
        {steps.map((step) => <g key={step}><line class="plot-grid" x1={edge.left} x2={widthPx - edge.right} y1={y(step)} y2={y(step)} /><text class="plot-text" x={edge.left - 8} y={y(step) + 4} text-anchor="end">{format(step)}</text></g>)}
        {timeSteps(from, until, widthPx < 480 ? 2 : 4).map((time, at, all) => <text key={time} class="plot-text" x={x(time)} y={heightPx - 8} text-anchor={at === 0 ? 'start' : at === all.length - 1 ? 'end' : 'middle'}>{date(new Date(time))}</text>)}
        {series.map(({ name, points }, at) => <path key={name} class={`plot-line plot-line-${at + 1}`} d={stepPath(points, until, x, y)} />)}
        {series.map(({ name, points }, at) => (points.length > 60 ? null : points.map((point) => (point.value === null ? null : <circle key={`${name} ${point.at}`} class={`plot-dot plot-dot-${at + 1}`} cx={x(point.at)} cy={y(point.value)} r={3} />))))}
        {read !== null && <line class="plot-cursor" x1={x(read)} x2={x(read)} y1={edge.top} y2={heightPx - edge.bottom} />}
      </svg>
      <figcaption class="plot-reading small" aria-live="polite">
        {read === null ? ' ' : <><strong>{dateTime(new Date(read))}</strong>{readings.map(({ name, value }) => <span key={name}>{name}: {value === null ? '–' : format(value)}</span>)}</>}
      </figcaption>
    </figure>
  );
}

/** A staircase; broken where nothing was known. */
function stepPath(points: readonly PlotPoint[], until: number, x: (at: number) => number, y: (value: number) => number): string {
  return points.map(({ at, value }, index) => {
    if (value === null) return '';
    const before = points[index - 1]?.value ?? null;
    const end = points[index + 1]?.at ?? until;
    return `${before === null ? 'M' : 'L'}${x(at).toFixed(1)} ${y(value).toFixed(1)}L${x(end).toFixed(1)} ${y(value).toFixed(1)}`;
  }).join('');
}

function useWidth() {
  const frame = useRef<HTMLElement>(null);
  const [widthPx, setWidth] = useState(320);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => { setWidth(Math.max(240, Math.floor(entry?.contentRect.width ?? 0))); });
    if (frame.current) observer.observe(frame.current);
    return () => { observer.disconnect(); };
  }, []);
  return [frame, widthPx] as const;
}
