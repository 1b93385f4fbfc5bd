import { useState } from 'preact/hooks';
import { call, type Reply } from '../../api/call.ts';
import { Badge } from '../../components/badge.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { PageHead, Section } from '../../components/page-head.tsx';
import { Loaded } from '../../components/states.tsx';
import { toast, toastError } from '../../components/toast.tsx';
import { en as common } from '../../messages/en/common.ts';
import { en } from '../../messages/en/product.ts';
import { zhCn as commonZhCn } from '../../messages/zh-cn/common.ts';
import { zhCn } from '../../messages/zh-cn/product.ts';
import type { PageProps } from '../../page.ts';
import { TierSteps } from '../../plots/tier-steps.tsx';
import { ago, count, moneyRange } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { isOperator } from '../../state/session.ts';
import { useLoad } from '../../state/use-load.ts';
import { Facts } from './facts.tsx';
import { Gallery } from './gallery.tsx';
import { OverTime, type HistoryLoading } from './over-time.tsx';
import { SameGoods } from './same-goods.tsx';
import { SkuTable } from './sku-table.tsx';
import { Sources } from './sources.tsx';
import { Texts } from './texts.tsx';
import { WhatChanged } from './what-changed.tsx';
import './product.css';

export type Product = Reply<'GET /products/{offerId}'>;

/** Everything that is known of one product. */
export function ProductPage({ params: { offerId = '' } }: PageProps) {
  const product = useLoad((signal) => call('GET /products/{offerId}', { params: { offerId }, signal }), [offerId]);
  const history = useLoad((signal) => call('GET /products/{offerId}/history', { params: { offerId }, signal }), [offerId]);
  return <Loaded of={product} lines={10}>{(data) => <Shown product={data} history={history} />}</Loaded>;
}

function Shown({ product, history }: { readonly product: Product; readonly history: HistoryLoading }) {
  const t = wordsOf(en, zhCn);
  const c = wordsOf(common, commonZhCn);
  // Asked for again, a removed product would not be found: it stays here until somebody leaves, to be brought back.
  const [isRemoved, setRemoved] = useState(product.deletedAt !== null);
  const { offerId, title, priceTiers, unit, skus, delistedAt, lockedFields } = product;
  return (
    <>
      <p class="small"><a href="/products">← {t.back}</a></p>
      <div class="product-top">
        <Gallery images={product.images} title={title} />
        <div class="product-main">
          <PageHead title={title}>{product.titleTranslated}</PageHead>
          <p class="product-price number">{moneyRange(product.priceMinCny, product.priceMaxCny) ?? c.onRequest}</p>
          <p class="row">
            {isRemoved && <Badge tone="bad">{t.removed}</Badge>}
            {delistedAt !== null && <Badge tone="warn">{t.delistedSince(ago(delistedAt))}</Badge>}
            {product.sourceStatus !== null && <Badge>{product.sourceStatus}</Badge>}
            {lockedFields.length > 0 && <span title={t.lockedHint}><Badge tone="info">{t.locked}: {lockedFields.join(', ')}</Badge></span>}
          </p>
          {priceTiers.length > 0 && <><h2 class="product-sub">{t.tiers}</h2><TierSteps tiers={priceTiers} unit={unit ?? ''} from={t.from} /></>}
          <Facts product={product} />
          <Actions product={product} isRemoved={isRemoved} onMarked={setRemoved} />
        </div>
      </div>
      <OverTime offerId={offerId} skus={skus} history={history} />
      {skus.length > 0 && <Section title={t.skus(count(skus.length))}><SkuTable skus={skus} /></Section>}
      <div class="product-halves">
        <SameGoods product={product} />
        <WhatChanged history={history} />
      </div>
      <Texts product={product} />
      <Sources offerId={offerId} lockedFields={lockedFields} />
    </>
  );
}

function Actions({ product: { offerId, url, videoUrl }, isRemoved, onMarked }: { readonly product: Product; readonly isRemoved: boolean; readonly onMarked: (isRemoved: boolean) => void }) {
  const t = wordsOf(en, zhCn);
  const c = wordsOf(common, commonZhCn);
  const [isAsking, setAsking] = useState(false);
  const mark = async (operation: 'POST /products/{offerId}/remove' | 'POST /products/{offerId}/restore', said: string): Promise<void> => {
    setAsking(false);
    try {
      await call(operation, { params: { offerId } });
      toast(said);
      onMarked(operation === 'POST /products/{offerId}/remove');
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <div class="row product-actions">
      {isWebAddress(url) && <a class="button" href={url} target="_blank" rel="noreferrer noopener nofollow">{t.at1688} ↗</a>}
      {isWebAddress(videoUrl) && <a class="button" href={videoUrl} target="_blank" rel="noreferrer noopener nofollow">{t.video} ↗</a>}
      {isOperator.value && (!isRemoved
        ? <button type="button" class="button danger" onClick={() => { setAsking(true); }}>{t.remove}</button>
        : <button type="button" class="button" onClick={() => { void mark('POST /products/{offerId}/restore', t.restoredToast); }}>{t.restore}</button>)}
      <Dialog title={t.removeTitle} isOpen={isAsking} onClose={() => { setAsking(false); }} actions={(
        <>
          <button type="button" class="button" onClick={() => { setAsking(false); }}>{c.cancel}</button>
          <button type="button" class="button danger" onClick={() => { void mark('POST /products/{offerId}/remove', t.removedToast); }}>{t.remove}</button>
        </>
      )}><p>{t.removeText}</p></Dialog>
    </div>
  );
}

/** What a seller wrote as an address may be anything: only web addresses become links. */
export function isWebAddress(text: string | null): text is string {
  return text !== null && /^https?:\/\//i.test(text);
}
