import type { HostIdentity } from './host-identity.ts';

/** What an operator asks of a worker: let its renders finish, or give their jobs back. */
export const STOP_DEMANDS = ['drain', 'stop'] as const;
export type StopDemand = (typeof STOP_DEMANDS)[number];

/** What a worker says of itself. */
export const WORKER_STATES = [
  'runs', // no end was asked of it, or it has not seen the request yet
  'drains', // claims nothing; its renders may finish
  'stops', // ends its renders and gives their jobs back
  'ended', // has ended in order; only its process may still be there
] as const;
export type WorkerState = (typeof WORKER_STATES)[number];

/** How `worker stop` ends, as its exit code. 1 and 2 are errors of the command itself. */
export const STOP_EXIT_CODES = {
  ended: 0, // in order: every render has finished or was given back
  noWorker: 3, // no worker runs there; nothing was asked
  noAnswer: 4, // it runs and does not answer, as a frozen one
  stillEnds: 5, // the time is over; it goes on ending
  died: 6, // it was killed, or failed, before it had ended in order
  another: 7, // another worker runs there now; how this one ended is not known
} as const;
export type DaemonStopResult = keyof typeof STOP_EXIT_CODES;

/** A worker looks for a request twice a second, and its disk may be slow. */
const ANSWER_WITHIN_MS = 10_000;

/** Where the process of a note is, before anybody looked for it. */
export type NotePlace = 'here' | 'gone' | 'unknown';

/**
 * Whether the process that wrote a note can be seen from here. It is gone after a reboot; nobody
 * can tell from another machine or another PID namespace.
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

/** Whether a worker can be asked to end. Null: it can. */
export function decideAsking({ state, process }: SeenWorker): DaemonStopResult | null {
  return process === 'gone' || (state === 'ended' && process === 'unknown') ? 'noWorker' : null;
}

/**
 * Whether the wait for an asked worker is over, and how. Null: it goes on. A worker has ended only
 * when its process is gone too, where that can be seen: its files can be replaced then.
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
