import { useState } from 'preact/hooks';
import { en } from '../messages/en/common.ts';
import { zhCn } from '../messages/zh-cn/common.ts';
import { wordsOf } from '../state/language.ts';
import './picture.css';

export interface PictureProps {
  /** Null while it is not stored. */
  readonly sha256: string | null | undefined;
  /** `original` where no thumbnail was made yet. Default thumbnail. */
  readonly variant?: 'thumbnail' | 'compressed' | 'original';
  /** '' beside the words it would repeat. */
  readonly alt: string;
  readonly isEager?: boolean;
}

/** A stored picture in a square, whole, never cut off; a sign where there is none or it cannot be shown. */
export function Picture({ sha256, variant = 'thumbnail', alt, isEager = false }: PictureProps) {
  const t = wordsOf(en, zhCn);
  const [broken, setBroken] = useState<string | null>(null);
  if (!sha256 || broken === sha256) {
    return (
      <span class="picture picture-none" role={alt === '' ? undefined : 'img'} aria-label={alt === '' ? undefined : `${alt}: ${t.noPicture}`}>
        <svg viewBox="0 0 32 32" aria-hidden="true"><path d="M5 7h22v18H5Zm0 14 7-7 6 6 3-3 6 6M20 12.5h.01" /></svg>
      </span>
    );
  }
  return <span class="picture"><img src={pictureAddress(sha256, variant)} alt={alt} loading={isEager ? 'eager' : 'lazy'} decoding="async" onError={() => { setBroken(sha256); }} /></span>;
}

/** Where the bytes of a picture are. */
export function pictureAddress(sha256: string, variant: 'thumbnail' | 'compressed' | 'original' = 'original'): string {
  return `/i/${sha256}/${variant === 'thumbnail' ? 'thumbnail.webp' : variant === 'compressed' ? 'compressed.jpg' : 'original'}`;
}
