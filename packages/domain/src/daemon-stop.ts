import type { HostIdentity } from './host-identity.ts';

/** What an operator can ask of a worker: to let its renders finish, or to give their jobs back. */
export const STOP_DEMANDS = ['drain', 'stop'] as const;
export type StopDemand = (typeof STOP_DEMANDS)[number];

/** What a worker says of itself in its note. */
export const WORKER_STATES = [
  'runs', // nobody asked it to end, or it has not read the request yet
  'drains', // it claims nothing; its renders may finish
  'stops', // it ends its renders and gives their jobs back
  'ended', // it has ended cleanly; only its process may still exist
] as const;
export type WorkerState = (typeof WORKER_STATES)[number];

/** The exit codes of `worker stop`. The codes 1 and 2 are errors of the command itself. */
export const STOP_EXIT_CODES = {
  ended: 0, // clean: every render has finished or was given back
  noWorker: 3, // no worker runs there; nobody was asked
  noAnswer: 4, // the worker runs but does not answer, for example because it is frozen
  stillEnds: 5, // the waiting time is over; the worker is still ending
  died: 6, // the worker was killed or failed before it had ended cleanly
  another: 7, // another worker runs there now; nobody knows how this worker ended
} as const;
export type DaemonStopResult = keyof typeof STOP_EXIT_CODES;

/**
 * A worker looks for a request twice a second. The limit is longer because its disk may be slow.
 */
const ANSWER_WITHIN_MS = 10_000;

/** Where the process of a note is, judged by the facts in the note alone. */
export type NotePlace = 'here' | 'gone' | 'unknown';

/**
 * Whether the process that wrote a note can be seen from here. After a reboot the process is gone.
 * A process of another machine or PID namespace cannot be seen.
 */
export function placeNote(
  note: Omit<HostIdentity, 'hostId' | 'hardwareId'>,
  here: Omit<HostIdentity, 'hostId' | 'hardwareId'>,
): NotePlace {
  if (note.bootId === here.bootId)
    return note.pidNamespace === here.pidNamespace ? 'here' : 'unknown';
  return note.machineId !== null && note.machineId === here.machineId ? 'gone' : 'unknown';
}

export type SeenWorker = {
  readonly state: WorkerState;
  readonly process: 'runs' | 'gone' | 'unknown';
};

/** The result if no worker can be asked to end; null if one can be asked. */
export function decideAsking({ state, process }: SeenWorker): DaemonStopResult | null {
  return process === 'gone' || (state === 'ended' && process === 'unknown') ? 'noWorker' : null;
}

/**
 * How the wait for a worker ended; null while it goes on. A worker has ended only when its process
 * is gone, if that can be seen, because its files can be replaced only then.
 */
export function decideStopWait(
  { state, process }: SeenWorker,
  asked: { readonly demand: StopDemand; readonly waitedMs: number; readonly withinMs: number },
): DaemonStopResult | null {
  if (state === 'ended' && process !== 'runs') return 'ended';
  if (process === 'gone') return 'died';
  const answered = state !== 'runs' && !(state === 'drains' && asked.demand === 'stop');
  if (!answered && asked.waitedMs >= Math.min(ANSWER_WITHIN_MS, asked.withinMs)) return 'noAnswer';
  return asked.waitedMs >= asked.withinMs ? 'stillEnds' : null;
}
