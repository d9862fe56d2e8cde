import type { Survivor } from '@renderdeck/domain';
import type { Container } from './container/container.ts';
import { UNKNOWN_NAME, UNKNOWN_STATE } from './snapshot/process-listing.ts';
import type { SeenTree } from './watch-tree.ts';

const STATES: Record<string, string> = {
  D: 'D (uninterruptible sleep)',
  R: 'R (running)',
  S: 'S (sleeping)',
  T: 'T (stopped)',
  U: 'U (uninterruptible sleep)',
  t: 't (stopped by a debugger)',
  Z: 'Z (its first thread ended, another lives)',
};

const TOO_FAST = 'Processes come and go faster than they can be listed.';

/** Names the processes that still live when a stop runs out of time, each with its state. */
export function nameSurvivors(seen: SeenTree, container: Container): Survivor[] {
  const why = seen.hidden === null ? '' : `: ${seen.hidden}`;
  const named = seen.members.map(({ pid, name, state }) => ({
    pid,
    name,
    state: state === UNKNOWN_STATE ? `${state}${why}` : (STATES[state] ?? state),
  }));
  const known = new Set(named.map(({ pid }) => pid));
  const unseen = [...container.listPids()].filter((pid) => !known.has(pid));
  const survivors = [
    ...named,
    ...unseen.map((pid) => ({ pid, name: UNKNOWN_NAME, state: `${UNKNOWN_STATE}${why}` })),
  ];
  // No process was seen and nothing was proven. An empty list would look like success.
  return survivors.length > 0
    ? survivors
    : [
        {
          pid: 0,
          name: 'unknown',
          state: `unknown: ${seen.hidden ?? TOO_FAST}`,
        },
      ];
}
