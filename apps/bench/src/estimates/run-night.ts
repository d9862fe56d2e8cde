/*
 * Runs a simulated night: events in the order of their times. The hosts claim as real ones do: the
 * first job of the queue whose tags they offer.
 */
import type { Night, SimulatedHost, SimulatedJob } from './night.ts';

export type Running = {
  readonly job: SimulatedJob;
  readonly host: number;
  readonly startedAt: number;
  readonly endsAt: number;
};
/** The farm at one moment. */
export type Moment = {
  readonly now: number;
  /** In queue order. */
  readonly waiting: readonly SimulatedJob[];
  readonly running: readonly Running[];
  readonly isHeard: (host: number) => boolean;
  /** Whether jobs are still submitted, and whether one was in the last minutes. */
  readonly isOpen: boolean;
  readonly isFilling: boolean;
};
export type Listener = {
  started(job: SimulatedJob, now: number): void;
  ended(running: Running, completed: boolean): void;
  /** Called every `everyS` seconds while jobs wait. */
  look(moment: Moment): void;
};

/** As farm-now.ts has it. */
const FILLING_S = 900;

export function runNight(
  hosts: readonly SimulatedHost[],
  { jobs, silent }: Night,
  everyS: number,
  listener: Listener,
): void {
  const waiting: SimulatedJob[] = [];
  let running: Running[] = [];
  let submitted = 0;
  let now = 0;
  let looksAt = everyS;
  const isHeard = (host: number) => host !== silent.host || now < silent.from || now >= silent.to;
  const enqueue = (job: SimulatedJob) => {
    const at = waiting.findIndex((other) => isBefore(job, other));
    waiting.splice(at < 0 ? waiting.length : at, 0, job);
  };
  const claim = () => {
    for (const [host, { slots, tags, slowness }] of hosts.entries()) {
      let free = slots - running.filter((one) => one.host === host).length;
      while (free > 0 && isHeard(host)) {
        const at = waiting.findIndex(
          ({ template }) => template.tags === '' || tags.includes(template.tags),
        );
        if (at < 0) break;
        const [job] = waiting.splice(at, 1);
        if (job === undefined) break;
        const endsAt = now + job.lengthS * job.share * slowness;
        running.push({ job, host, startedAt: now, endsAt });
        listener.started(job, now);
        free -= 1;
      }
    }
  };
  while (submitted < jobs.length || waiting.length > 0 || running.length > 0) {
    const next = [jobs[submitted]?.submittedAt, silent.from, silent.to, looksAt]
      .concat(running.map(({ endsAt }) => endsAt))
      .filter((at): at is number => at !== undefined && at > now);
    now = Math.min(...next);
    for (; (jobs[submitted]?.submittedAt ?? Number.POSITIVE_INFINITY) <= now; submitted += 1) {
      const job = jobs[submitted];
      if (job !== undefined) enqueue(job);
    }
    // The jobs of a silent host are given back, and start again.
    for (const { job } of running.filter(({ host }) => !isHeard(host))) enqueue(job);
    running = running.filter(({ host }) => isHeard(host));
    for (const one of running.filter(({ endsAt }) => endsAt <= now))
      listener.ended(one, one.job.share === 1);
    running = running.filter(({ endsAt }) => endsAt > now);
    claim();
    if (now < looksAt) continue;
    looksAt = now + everyS;
    const isOpen = submitted < jobs.length;
    const newestAt = jobs[submitted - 1]?.submittedAt ?? Number.NEGATIVE_INFINITY;
    const isFilling = now - newestAt < FILLING_S;
    listener.look({ now, waiting, running, isHeard, isOpen, isFilling });
  }
}

function isBefore(one: SimulatedJob, other: SimulatedJob): boolean {
  if (one.priority !== other.priority) return one.priority > other.priority;
  return one.id < other.id;
}
