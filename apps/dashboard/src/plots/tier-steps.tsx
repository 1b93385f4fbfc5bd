import { count, money } from '../state/format.ts';
import { linear } from './scale.ts';
import './plots.css';

export interface Tier {
  readonly minQuantity: number;
  readonly priceCny: string;
}

/** Tiered prices (阶梯价) as a staircase: each step begins at its quantity and is as high as its price. */
export function TierSteps({ tiers, unit, from }: { readonly tiers: readonly Tier[]; readonly unit: string; /** "from 100 件" */ readonly from: (quantity: string) => string }) {
  const steps = tiers.toSorted((a, b) => a.minQuantity - b.minQuantity);
  const prices = steps.map(({ priceCny }) => Number(priceCny));
  const heightOf = linear([Math.min(...prices) * 0.7, Math.max(...prices)], [8, 72]);
  return (
    <ol class="tier-steps plain">
      {steps.map(({ minQuantity, priceCny }, at) => (
        <li key={minQuantity}>
          <span class="tier-price">{money(priceCny)}</span>
          <svg class="tier-bar" viewBox="0 0 100 72" preserveAspectRatio="none" aria-hidden="true"><rect x="0" width="100" y={72 - heightOf(prices[at] ?? 0)} height={heightOf(prices[at] ?? 0)} /></svg>
          <span class="small soft">{from(`${count(minQuantity)}${unit === '' ? '' : ` ${unit}`}`)}</span>
        </li>
      ))}
    </ol>
  );
}
