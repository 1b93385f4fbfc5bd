import { call, type Reply } from '../../api/call.ts';
import { Badge } from '../../components/badge.tsx';
import { PageHead, Section } from '../../components/page-head.tsx';
import { Picture, pictureAddress } from '../../components/picture.tsx';
import { Segments } from '../../components/segments.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { en } from '../../messages/en/duplicates.ts';
import { en as shellEn } from '../../messages/en/shell.ts';
import { zhCn } from '../../messages/zh-cn/duplicates.ts';
import { zhCn as shellZhCn } from '../../messages/zh-cn/shell.ts';
import type { PageProps } from '../../page.ts';
import { bytes } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { addressTo, withQuery } from '../../state/place.ts';
import { useLoad } from '../../state/use-load.ts';
import './duplicates.css';

type Group = Reply<'GET /images/duplicates'>['items'][number];
const usualDistance = '6';
const shownGroups = 50;

/** Groups of pictures side by side, each with the offers that show it. */
export function DuplicatesPage({ query }: PageProps) {
  const t = wordsOf(en, zhCn);
  const shell = wordsOf(shellEn, shellZhCn);
  const mode = query.get('mode') === 'near' ? 'near' : 'same';
  const distance = query.get('distance') ?? usualDistance;
  const groups = useLoad((signal) => call('GET /images/duplicates', { query: { near: String(mode === 'near'), limit: shownGroups, ...(mode === 'near' ? { distance: Number(distance) } : {}) }, signal }), [mode, distance]);
  return (
    <>
      <PageHead title={shell.pages.duplicates}>{t.intro}</PageHead>
      <div class="row duplicate-tools">
        <Segments label={t.mode} value={mode} onChange={(value) => { withQuery({ mode: value === 'near' ? 'near' : null, distance: null }); }} options={[['same', t.same], ['near', t.near]]} />
        {mode === 'near' && <label class="field"><span>{t.distance}</span><select value={distance} onChange={(event) => { withQuery({ distance: event.currentTarget.value }); }}>{['2', '4', '6', '8', '10', '12'].map((each) => <option key={each} value={each}>{each}{each === '2' ? ` · ${t.strict}` : each === '12' ? ` · ${t.loose}` : ''}</option>)}</select></label>}
      </div>
      <Loaded of={groups} lines={10}>{({ items }) => (items.length === 0 ? <Empty title={t.empty}><p>{t.emptyHint}</p></Empty> : (
        <>{items.map((group, at) => <Twins key={group.images[0]?.sha256 ?? at} of={group} number={at + 1} />)}{items.length === shownGroups && <p class="soft centred">{t.many}</p>}</>
      ))}</Loaded>
    </>
  );
}

function Twins({ of: { images, products, suppliers, distance }, number }: { readonly of: Group; readonly number: number }) {
  const t = wordsOf(en, zhCn);
  return (
    <Section title={`${t.group} ${number}`} actions={<span class="row"><Badge tone="info">{t.offers(products)}</Badge><Badge>{t.suppliers(suppliers)}</Badge>{distance > 0 && <Badge>{t.differ(distance)}</Badge>}</span>}>
      <ul class="twins">
        {images.map(({ sha256, widthPx, heightPx, format, sizeBytes, offerIds }) => (
          <li key={sha256} class="twin">
            <a href={pictureAddress(sha256)} target="_blank" rel="noopener"><Picture sha256={sha256} alt={`${t.picture} ${sha256.slice(0, 8)}`} /></a>
            <span class="small soft number">{widthPx}×{heightPx} · {format} · {bytes(sizeBytes)}</span>
            <span class="small twin-offers">{offerIds.map((offerId) => <a key={offerId} class="mono" href={addressTo('/products/:offerId', { offerId })}>{offerId}</a>)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
