import type { StopAt, WorkerConfig } from '../config.ts';
import type { EndRequest } from './end-request.ts';

/** The end of a daemon that the operator has planned. Its renders finish first. */
export type PlannedEnds = {
  /** Called when no job that waits is for this host, and it renders nothing. */
  foundNothing(): void;
  /** Called when the host has claimed a job. */
  tookJob(): void;
};

type Plan = Pick<WorkerConfig, 'exitOnEmptyQueueMs' | 'stopAt'>;
/** The clock may be set, and the machine may sleep, so the time is compared again and again. */
const LOOK_EVERY_MS = 5000;

/**
 * Asks the daemon to end when the queue has had no job for this host for the time that the operator
 * allows, or at the operator's time of day. Both wait for the renders.
 */
export function planEnds({ exitOnEmptyQueueMs, stopAt }: Plan, end: EndRequest): PlannedEnds {
  let emptySince: number | null = null;
  const at = stopAt === null ? null : nextStop(stopAt, new Date());
  const look = () => {
    if (at !== null && Date.now() >= at.getTime())
      end.ask('drain', 'it is the time of RENDERDECK_STOP_AT');
  };
  if (at !== null) setInterval(look, LOOK_EVERY_MS).unref();
  return {
    foundNothing() {
      if (exitOnEmptyQueueMs === null) return;
      emptySince ??= performance.now();
      if (performance.now() - emptySince >= exitOnEmptyQueueMs)
        end.ask('drain', 'no job waits for this host (RENDERDECK_EXIT_ON_EMPTY_QUEUE)');
    },
    tookJob() {
      emptySince = null;
    },
  };
}

/** The first such time after `now`, by the host's time zone. */
export function nextStop({ hour, minute, days }: StopAt, now: Date): Date {
  const next = new Date(now);
  next.setHours(hour, minute, 0, 0);
  while (next <= now || !days.includes(next.getDay())) {
    next.setDate(next.getDate() + 1);
    // A day on which the clock changes may have moved the time.
    next.setHours(hour, minute, 0, 0);
  }
  return next;
}
