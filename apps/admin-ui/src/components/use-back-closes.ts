import { useEffect, useId, useRef } from 'react';

/*
 * "Back" closes the dialog on top, as people expect on a phone. An open dialog has an entry of its
 * own in the history of the browser, with the same address. The router does not learn of that
 * entry: it would load the page again and scroll to its top.
 */

/** Calls `onClose` when the user goes back. With null, "Back" leaves the page as usual. */
export function useBackCloses(onClose: (() => void) | null): void {
  const id = useId();
  const latest = useRef(onClose);
  latest.current = onClose;
  const canClose = onClose !== null;
  useEffect(() => {
    if (!canClose) return;
    const own = { ...Object(window.history.state), dialog: id };
    // A dialog that takes the place of another one takes over its entry.
    if (dialogOnTop() === null) History.prototype.pushState.call(window.history, own, '');
    else History.prototype.replaceState.call(window.history, own, '');
    const onPop = (event: PopStateEvent) => {
      if (dialogOnTop() === id) return;
      event.stopImmediatePropagation();
      latest.current?.();
    };
    window.addEventListener('popstate', onPop, CAPTURE);
    return () => {
      window.removeEventListener('popstate', onPop, CAPTURE);
      // Waits for the dialog or the page that may follow this one.
      setTimeout(() => dialogOnTop() === id && leaveEntry());
    };
  }, [id, canClose]);
}

const CAPTURE = { capture: true };

/** Goes back from the entry of a dialog that was closed in another way, and tells nobody. */
function leaveEntry(): void {
  const onPop = (event: PopStateEvent) => event.stopImmediatePropagation();
  window.addEventListener('popstate', onPop, { ...CAPTURE, once: true });
  window.history.back();
}

/** The dialog whose entry is the present one. */
function dialogOnTop(): string | null {
  const { dialog = null } = Object(window.history.state);
  return typeof dialog === 'string' ? dialog : null;
}
