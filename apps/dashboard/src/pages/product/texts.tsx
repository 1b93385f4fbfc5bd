import { Section } from '../../components/page-head.tsx';
import { en } from '../../messages/en/product.ts';
import { zhCn } from '../../messages/zh-cn/product.ts';
import { wordsOf } from '../../state/language.ts';
import { textBetweenTags, tidyLines } from './html-text.ts';
import type { Product } from './page.tsx';

/** Attributes, specifications, and the words of the description. */
export function Texts({ product: { attributes, specifications, description } }: { readonly product: Product }) {
  const t = wordsOf(en, zhCn);
  const words = description === null ? '' : textOf(description);
  const specified = Object.entries(specifications ?? {});
  return (
    <>
      {attributes && attributes.length > 0 && <Section title={t.attributes}><dl class="facts attribute-columns">{attributes.map(({ name, value }, at) => <div key={`${at} ${name}`}><dt>{name}</dt><dd>{value}</dd></div>)}</dl></Section>}
      {specified.length > 0 && <Section title={t.specifications}><dl class="facts">{specified.flatMap(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name} value`}>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>])}</dl></Section>}
      {words !== '' && <Section title={t.description}><p class="description">{words}</p><p class="small soft">{t.descriptionHint}</p></Section>}
    </>
  );
}

/** The words of a seller's HTML. It is never parsed as a document: even one that is not shown has its handlers looked at. */
function textOf(html: string): string {
  const decoder = document.createElement('textarea'); // holds text alone, with what &amp; and the like stand for
  decoder.innerHTML = textBetweenTags(html).replaceAll('<', '&lt;');
  return tidyLines(decoder.value);
}
