import { useLayoutEffect } from 'react';

/**
 * From when a dialog was asked for until it is there, no key acts on the page below it: what is
 * typed at once is meant for the dialog.
 */
export function useKeysWait(isAsked: boolean): void {
  useLayoutEffect(() => {
    if (!isAsked) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (document.querySelector('[aria-modal="true"]') !== null) return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, [isAsked]);
}
