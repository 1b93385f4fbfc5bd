import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { en } from '../messages/en/common.ts';
import { zhCn } from '../messages/zh-cn/common.ts';
import { wordsOf } from '../state/language.ts';
import './dialog.css';

export interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  /** Escape, the cross, or a click beside it. */
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** Buttons at its end. */
  readonly actions?: ComponentChildren;
  readonly isWide?: boolean;
}

/** A window over the page; keeps the focus inside and gives it back. */
export function Dialog({ title, isOpen, onClose, children, actions, isWide = false }: DialogProps) {
  const t = wordsOf(en, zhCn);
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    if (isOpen && !element.current?.open) element.current?.showModal();
    if (!isOpen && element.current?.open) element.current.close();
  }, [isOpen]);
  return (
    <dialog ref={element} class={isWide ? 'dialog dialog-wide' : 'dialog'} aria-labelledby={id} onClose={onClose} onClick={(event) => { if (event.target === element.current) onClose(); }}>
      {isOpen && (
        <div class="dialog-body">
          <header class="dialog-head"><h2 id={id}>{title}</h2><button type="button" class="button quiet" aria-label={t.close} onClick={onClose}>✕</button></header>
          {children}
          {actions && <footer class="dialog-foot">{actions}</footer>}
        </div>
      )}
    </dialog>
  );
}
