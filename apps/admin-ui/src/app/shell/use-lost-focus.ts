import { useEffect } from 'react';

/**
 * Catches the focus of an element that is taken out of the page, such as a "Show more" after its
 * last page: it goes to the dialog on top, else to the page's heading, and never to the body. What
 * has the attribute data-keeps-focus, such as the list of jobs, gives its lost focus back itself.
 */
export function useLostFocus(): void {
  useEffect(() => {
    let last: Element | null = null;
    let keeper: Element | null = null;
    let frame = 0;
    const isLost = () =>
      last?.isConnected === false &&
      keeper?.isConnected !== true &&
      document.activeElement === document.body;
    const catchIt = () => {
      if (!isLost()) return;
      const dialog = document.querySelector<HTMLElement>('[role="dialog"][aria-modal="true"]');
      (dialog ?? document.querySelector('h1'))?.focus({ preventScroll: true });
    };
    const onFocus = ({ target }: FocusEvent) => {
      if (!(target instanceof Element)) return;
      last = target;
      keeper = target.closest('[data-keeps-focus]');
    };
    // Who clicks beside everything gives focus up; an element that goes loses it.
    const onBlur = ({ target }: FocusEvent) =>
      queueMicrotask(() => {
        if (target === last && last?.isConnected === true) last = null;
      });
    const observer = new MutationObserver(() => {
      if (!isLost()) return;
      cancelAnimationFrame(frame);
      // A frame later, so that whoever removed it can choose a better place.
      frame = requestAnimationFrame(catchIt);
    });
    observer.observe(document.body, { childList: true, subtree: true });
    document.addEventListener('focusin', onFocus);
    document.addEventListener('focusout', onBlur);
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
      document.removeEventListener('focusin', onFocus);
      document.removeEventListener('focusout', onBlur);
    };
  }, []);
}
