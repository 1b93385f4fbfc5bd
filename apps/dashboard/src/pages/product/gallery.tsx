import { useEffect, useRef, useState } from 'preact/hooks';
import { Dialog } from '../../components/dialog.tsx';
import { Picture } from '../../components/picture.tsx';
import { Segments } from '../../components/segments.tsx';
import { en } from '../../messages/en/product.ts';
import { zhCn } from '../../messages/zh-cn/product.ts';
import { count } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import type { Product } from './page.tsx';

const roles = ['main', 'gallery', 'sku', 'description'] as const;
type Role = (typeof roles)[number] | 'all';

/** Pictures by what they are for; a click shows one large. The same bytes are shown once. */
export function Gallery({ images, title }: { readonly images: Product['images']; readonly title: string }) {
  const t = wordsOf(en, zhCn);
  const [role, setRole] = useState<Role>('all');
  const [chosen, setChosen] = useState(0);
  const [isLarge, setLarge] = useState(false);
  const present = roles.filter((each) => images.some((image) => image.role === each && image.sha256 !== null));
  const shown = storedPictures(images, role);
  const at = Math.min(chosen, Math.max(0, shown.length - 1));
  const move = (by: number): void => { setChosen((at + by + shown.length) % shown.length); };
  useArrows(isLarge, move);
  return (
    <div class="gallery">
      {shown.length === 0 ? <Picture sha256={null} alt={title} /> : (
        <button type="button" class="gallery-large" aria-label={t.enlarge(count(at + 1))} onClick={() => { setLarge(true); }}><Picture sha256={shown[at]} variant="compressed" alt="" isEager /></button>
      )}
      {present.length > 1 && <Segments<Role> label={t.pictures} value={role} options={(['all', ...present] as const).map((each) => [each, t.roles[each]])} onChange={(next) => {
        setRole(next);
        setChosen(0);
      }} />}
      {shown.length > 1 && (
        <ul class="plain gallery-strip">
          {shown.map((sha256, index) => <li key={sha256}><button type="button" aria-label={t.picture(count(index + 1), count(shown.length))} aria-pressed={index === at} onClick={() => { setChosen(index); }}><Picture sha256={sha256} alt="" /></button></li>)}
        </ul>
      )}
      <Unstored images={images} />
      <Dialog title={t.picture(count(at + 1), count(shown.length))} isOpen={isLarge} isWide onClose={() => { setLarge(false); }}>
        <div class="gallery-view">
          <button type="button" class="button quiet" aria-label={t.before} onClick={() => { move(-1); }}>←</button>
          <Picture sha256={shown[at]} variant="original" alt={`${title} (${at + 1})`} isEager />
          <button type="button" class="button quiet" aria-label={t.after} onClick={() => { move(1); }}>→</button>
        </div>
      </Dialog>
    </div>
  );
}

/** The arrow keys turn over wherever in the window the focus is. */
function useArrows(isOpen: boolean, move: (by: number) => void): void {
  const newest = useRef(move);
  newest.current = move;
  useEffect(() => {
    if (!isOpen) return undefined;
    const onKey = ({ key }: KeyboardEvent): void => {
      if (key === 'ArrowRight') newest.current(1);
      if (key === 'ArrowLeft') newest.current(-1);
    };
    document.addEventListener('keydown', onKey);
    return () => { document.removeEventListener('keydown', onKey); };
  }, [isOpen]);
}

function Unstored({ images }: { readonly images: Product['images'] }) {
  const t = wordsOf(en, zhCn);
  const waiting = images.filter(({ state }) => state === 'pending').length;
  const failed = images.filter(({ state }) => state === 'failed' || state === 'gone').length;
  const said = [...(images.length === 0 ? [t.noPictures] : []), ...(waiting > 0 ? [t.waiting(count(waiting))] : []), ...(failed > 0 ? [t.failedPictures(count(failed))] : [])];
  return said.length === 0 ? null : <p class="small soft">{said.join(' · ')}</p>;
}

function storedPictures(images: Product['images'], role: Role): string[] {
  const order = (image: Product['images'][number]): number => roles.findIndex((each) => each === image.role) * 10_000 + image.position;
  const wanted = images.filter((image) => image.sha256 !== null && (role === 'all' || image.role === role)).toSorted((a, b) => order(a) - order(b));
  return [...new Set(wanted.flatMap(({ sha256 }) => sha256 ?? []))];
}
