import { linear } from './scale.ts';
import './plots.css';

/** A curve without axes, as wide as its place; the figure beside it says what matters. */
export function Sparkline({ values, label }: { readonly values: readonly number[]; readonly label: string }) {
  if (values.length < 2) return <svg class="sparkline" viewBox="0 0 120 32" aria-hidden="true" />;
  const x = linear([0, values.length - 1], [1, 119]);
  const y = linear([Math.min(0, ...values), Math.max(1, ...values)], [30, 2]);
  const line = values.map((value, at) => `${at === 0 ? 'M' : 'L'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join('');
  return (
    <svg class="sparkline" viewBox="0 0 120 32" preserveAspectRatio="none" role="img" aria-label={label}>
      <path class="sparkline-area" d={`${line}L119 32L1 32Z`} /><path class="sparkline-line" d={line} />
    </svg>
  );
}
