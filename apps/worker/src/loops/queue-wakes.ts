import { wakeUpDelayMs } from '@renderdeck/domain';
import { countIdleHosts, readQueuePayload } from '@renderdeck/operations';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

/** A host that found no job waits a random time up to this one, so that mostly one host tells. */
const TELL_WITHIN_MS = 10;

type Surroundings = {
  /** The tags that this host offers. */
  readonly tags: readonly string[];
  hasFreeSlot(): boolean;
  tryToClaim(): void;
  /** Tells all hosts that no job with these tags waits, if the database confirms that. */
  tellNone(mark: string, tags: string): void;
  /** Calls after this time, unless it is cancelled. */
  later(ms: number, call: () => void): { cancel(): void };
  random(): number;
};
type Wake = { mark: string; readonly delayMs: number; isTried: boolean; cancel: () => void };

/**
 * Decides when an idle host tries to claim, so that a thousand of them do not all try for one job.
 *
 * 1. A job begins to wait. The notification has its tags and a mark. A host that offers these tags
 *    and has a free slot draws a random delay, by the number of idle hosts (wakeUpDelayMs of
 *    domain). If all hosts offer the tags, about four try at once. For rare tags, fewer try or
 *    none.
 * 2. A host that tries and finds no job tells all hosts: no job with these tags waits, up to this
 *    mark. The database checks that first. Hosts that still wait and know of no later job do not
 *    try.
 * 3. If that message is lost or comes too early, each host tries after its delay, or when it polls.
 *
 * All hosts get the notifications in the order of the commits, and a later job has another mark.
 */
export class QueueWakes {
  /** About how many hosts have a free slot, whatever tags they offer. */
  idleHosts = 1;
  readonly #wakes = new Map<string, Wake>();
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  hasFreeSlot(): boolean {
    return this.#around.hasFreeSlot();
  }

  hear(payload: string): void {
    const { kind, mark, tags } = readQueuePayload(payload);
    const known = this.#wakes.get(tags);
    if (kind === 'none') {
      if (known?.mark === mark) this.#drop(tags);
      return;
    }
    const offers = tags === '' || tags.split(',').every((tag) => this.#around.tags.includes(tag));
    if (!offers || !this.hasFreeSlot()) return;
    const delayMs = wakeUpDelayMs(this.#around.random(), this.idleHosts);
    if (known !== undefined && !known.isTried && known.delayMs <= delayMs) {
      known.mark = mark;
      return;
    }
    known?.cancel();
    const wake: Wake = { mark, delayMs, isTried: false, cancel: () => undefined };
    this.#wakes.set(tags, wake);
    const tryIt = () => {
      wake.isTried = true;
      this.#around.tryToClaim();
    };
    if (delayMs === 0) tryIt();
    else wake.cancel = this.#around.later(delayMs, tryIt).cancel;
  }

  /** A claim with a free slot gave no job. */
  foundNothing(): void {
    for (const [tags, wake] of this.#wakes) {
      if (!wake.isTried || wake.mark === '') continue;
      wake.cancel();
      wake.cancel = this.#around.later(this.#around.random() * TELL_WITHIN_MS, () => {
        this.#wakes.delete(tags);
        this.#around.tellNone(wake.mark, tags);
      }).cancel;
    }
  }

  /** No slot is free any more, or the host stops: other hosts take the waiting jobs. */
  clear(): void {
    for (const tags of this.#wakes.keys()) this.#drop(tags);
  }

  #drop(tags: string): void {
    this.#wakes.get(tags)?.cancel();
    this.#wakes.delete(tags);
  }
}

export const COUNT_EVERY_MS = { least: 20_000, most: 40_000 } as const;
/** On a larger farm each host counts less often, because each count reads all hosts. */
const UP_TO_HOSTS = 500;

/**
 * Reads now and then how many hosts are idle, whatever they offer, for the random delay. A host
 * without a free slot draws no delay, so it does not count.
 */
export function idleHostsLoop({ context, farm, log }: Worker, wakes: QueueWakes) {
  const { least, most } = COUNT_EVERY_MS;
  return runPeriodically(
    () => Math.max(1, farm.hosts / UP_TO_HOSTS) * (least + Math.random() * (most - least)),
    async () => {
      if (wakes.hasFreeSlot()) wakes.idleHosts = await countIdleHosts(context.db);
    },
    (error) => log.warn({ err: error }, 'idle hosts were not counted'),
  );
}
