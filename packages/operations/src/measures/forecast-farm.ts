import {
  type ForecastSlot,
  forecastQueue,
  LEAST_RENDERS,
  meanLeftMs,
  type QueueForecast,
  type RenderPace,
  type WaitingWork,
} from '@renderdeck/domain';
import type { CountedWork, FarmNow, HeldSlot, PaceNumber } from '@renderdeck/store/extras';

/** The duration of a render on a farm that has measured none. Such a forecast is not shown. */
const UNKNOWN_MS = 600_000;

/** The forecast of a queue: its first jobs are in `farm`, the others in blocks. */
export function forecastFarm(
  { hosts, held, first }: FarmNow,
  blocks: readonly (readonly CountedWork[])[],
  paces: ReadonlyMap<PaceNumber, RenderPace>,
): QueueForecast {
  const farmMs = paces.get(null)?.meanMs ?? UNKNOWN_MS;
  const isFarmNew = !isMeasured(paces.get(null));
  // A job of an older version has no pace, and counts as a usual job of the farm.
  const isNew = (pace: PaceNumber) => (pace === null ? isFarmNew : !isMeasured(paces.get(pace)));
  const workOf = ({ tags, pace, jobs }: CountedWork): WaitingWork => ({
    ...{ tags, jobs, isNew: isNew(pace) },
    meanS: ((pace === null ? undefined : paces.get(pace)?.meanMs) ?? farmMs) / 1000,
  });
  const leftS = ({ pace, elapsedMs, leftMs, isStopping }: HeldSlot) => {
    if (isStopping) return 0;
    if (leftMs !== null) return Math.max(0, leftMs) / 1000;
    const known = pace === null ? undefined : paces.get(pace);
    if (known === undefined) return Math.max(0, farmMs - elapsedMs) / 1000;
    return meanLeftMs(known, elapsedMs) / 1000;
  };
  const running = held.map((job) => ({ ...job, leftS: leftS(job) }));
  const total = (jobs: readonly { readonly leftS: number }[]) =>
    jobs.reduce((sum, job) => sum + job.leftS, 0);
  const slots = hosts.flatMap(({ name, tags, slots: count }): ForecastSlot[] => {
    const busy = running.filter(({ host }) => host === name).map((job) => job.leftS);
    return Array.from({ length: count }, (_, index) => ({ tags, freeS: busy[index] ?? 0 }));
  });
  return forecastQueue({
    slots,
    runningS: total(running),
    runningNewS: total(running.filter(({ leftMs, pace }) => leftMs === null && isNew(pace))),
    first: first.map((job) => workOf({ ...job, jobs: 1 })),
    blocks: blocks.map((block) => block.map(workOf)),
  });
}

function isMeasured(pace: RenderPace | undefined): boolean {
  return (pace?.renders ?? 0) >= LEAST_RENDERS;
}
