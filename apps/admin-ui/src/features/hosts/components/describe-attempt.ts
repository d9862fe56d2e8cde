import { visibleText, type WireAttemptOfHost } from '@renderdeck/contract';
import { formatDayTime, formatTime } from '../../../components/time/format-time.ts';

const WORDS: Readonly<Record<WireAttemptOfHost['state'], string>> = {
  finished: 'Finished',
  failed: 'Failed',
  stopped: 'Stopped',
  notProven: 'Not proven',
  lost: 'Lost',
  givenBack: 'Given back',
  rendering: 'Rendering',
};

export function attemptStateLabel(state: WireAttemptOfHost['state']): string {
  return WORDS[state];
}

/** "ae-02: year_in_review_act2, Rendering, 1 Dec 01:10:20 to now". */
export function describeAttempt({ host, name, number, state, from, to }: WireAttemptOfHost) {
  const again = number === 1 ? '' : ` (attempt ${number})`;
  const end = to === null ? 'now' : formatTime(to);
  const when = `${formatDayTime(from)} to ${end}`;
  return `${visibleText(host)}: ${visibleText(name)}${again}, ${WORDS[state]}, ${when}`;
}
