import { wakeUpDelayMs } from '@renderdeck/domain';
import { countIdleHosts, readQueuePayload } from '@renderdeck/operations';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

/** A host that found nothing waits at most so long before it says so: most say it once. */
const TELL_WITHIN_MS = 10;

type Surroundings = {
  /** What this host offers. */
  readonly tags: readonly string[];
  hasFreeSlot(): boolean;
  tryToClaim(): void;
  /** Tells all hosts that no job with these tags waits, if that is so. */
  tellNone(mark: string, tags: string): void;
  /** Calls after a time, unless it is cancelled. */
  later(ms: number, call: () => void): { cancel(): void };
  random(): number;
};
type Wake = { mark: string; readonly delayMs: number; isTried: boolean; cancel: () => void };

/**
 * Decides when an idle host tries to claim, so that a thousand of them do not all try for one job.
 *
 * 1. A job begins to wait: the notification has its tags and a mark. A host that offers them, with
 *    a free slot, draws how long it waits, as one of all idle hosts (domain's wakeUpDelayMs). About
 *    four try at once where all offer the tags; of rare tags fewer do, or none.
 * 2. A host that tries and finds nothing tells all: no job with these tags waits, up to this mark.
 *    The database checks it. Hosts that still wait, and heard of no later job, then do not try.
 * 3. If the word is lost, or comes too early, each host tries at its time, or when it polls.
 *
 * Notifications come in the order of commits, for all alike: a later job has another mark.
 */
export class QueueWakes {
  /** About how many hosts have a free slot, whatever they offer. */
  idleHosts = 1;
  readonly #wakes = new Map<string, Wake>();
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  hear(payload: string): void {
    const { kind, mark, tags } = readQueuePayload(payload);
    const known = this.#wakes.get(tags);
    if (kind === 'none') {
      if (known?.mark === mark) this.#drop(tags);
      return;
    }
    const offers = tags === '' || tags.split(',').every((tag) => this.#around.tags.includes(tag));
    if (!offers || !this.#around.hasFreeSlot()) return;
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

  /** A claim gave no job, with a slot free. */
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

  /** No slot is free any more, or the host stops: what waits is for others. */
  clear(): void {
    for (const tags of this.#wakes.keys()) this.#drop(tags);
  }

  #drop(tags: string): void {
    this.#wakes.get(tags)?.cancel();
    this.#wakes.delete(tags);
  }
}

const AT_LEAST_MS = 20_000;
const AT_MOST_MS = 40_000;

/** Learns now and then how many hosts are idle, whatever they offer: as one of them it draws. */
export function idleHostsLoop({ context, log }: Worker, wakes: QueueWakes) {
  return runPeriodically(
    () => AT_LEAST_MS + Math.random() * (AT_MOST_MS - AT_LEAST_MS),
    async () => {
      wakes.idleHosts = await countIdleHosts(context.db);
    },
    (error) => log.warn({ err: error }, 'idle hosts were not counted'),
  );
}
