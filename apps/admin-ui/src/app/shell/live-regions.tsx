import { visibleText } from '@renderdeck/contract';
import { useEffect, useState } from 'react';
import { useApi } from '../../api/api.ts';
import { useMe } from '../../api/me.ts';
import { formatTime } from '../../components/time/format-time.ts';
import { announceChanges } from '../../live/announce-changes.ts';
import { useConnection } from '../../live/use-connection.ts';

/** A screen reader does not announce a loss of the connection that is shorter than this. */
const ALARM_AFTER_MS = 10_000;

/**
 * The page's two live regions. A text is cleared before the next one is set, so that an equal text
 * is read again. A dialog has a region of its own, because some readers mute the page behind it.
 */
export function LiveRegions() {
  const api = useApi();
  const { user } = useMe();
  const [polite, setPolite] = useState('');
  const [urgent, setUrgent] = useState('');
  useEffect(() => announceChanges(api, user.name), [api, user.name]);
  useEffect(
    () =>
      api.announcer.subscribe(({ text, urgent: isUrgent }) => {
        const set = isUrgent ? setUrgent : setPolite;
        set('');
        requestAnimationFrame(() => set(text));
      }),
    [api],
  );
  useNotLiveAlarm();
  return (
    <>
      <p role="status" className="visually-hidden">
        {visibleText(polite)}
      </p>
      <p role="alert" className="visually-hidden">
        {visibleText(urgent)}
      </p>
    </>
  );
}

/** Says once that the page is not live, when it has been so for 10 s. */
function useNotLiveAlarm(): void {
  const { announcer, clock } = useApi();
  const { state } = useConnection();
  const isAway = state.kind === 'notLive' || state.kind === 'offline';
  const since = isAway ? state.since : null;
  useEffect(() => {
    if (since === null) return;
    const wait = Math.max(0, since + ALARM_AFTER_MS - clock.now());
    const timer = setTimeout(
      () => announcer.alarm(`Not live since ${formatTime(since)}. What you see may be old.`),
      wait,
    );
    return () => clearTimeout(timer);
  }, [announcer, clock, since]);
}
