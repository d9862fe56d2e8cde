import { useSyncExternalStore } from 'react';

/** Whether this browser may show notices; null while it has not been asked. */
type NoticePermission = { readonly granted: boolean; readonly why: string } | null;

const GRANTED: NoticePermission = { granted: true, why: '' };
const because = (why: string): NoticePermission => ({ granted: false, why });
const INSECURE = because(
  'Browsers show notices only over https, and on the computer of the server itself.',
);
const UNKNOWN = because('This browser shows no notices of web pages.');
const REFUSED = because(
  'The browser refuses notices from this page. Allow them in its settings for this site.',
);

export function readNoticePermission(): NoticePermission {
  if (window.isSecureContext === false) return INSECURE;
  if (typeof Notification === 'undefined') return UNKNOWN;
  if (Notification.permission === 'granted') return GRANTED;
  return Notification.permission === 'denied' ? REFUSED : null;
}

/** The permission now, also after the user changed it in the settings of the browser. */
export function useNoticePermission(): NoticePermission {
  return useSyncExternalStore(subscribe, readNoticePermission);
}

function subscribe(listener: () => void): () => void {
  const end = new AbortController();
  // Not every browser tells this; there the page is read again when it is shown.
  void navigator.permissions?.query({ name: 'notifications' }).then(
    (status) => status.addEventListener('change', listener, { signal: end.signal }),
    () => {},
  );
  document.addEventListener('visibilitychange', listener, { signal: end.signal });
  return () => end.abort();
}
