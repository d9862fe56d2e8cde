/*
 * Compares estimates with what happens in simulated nights. The estimates are those of the domain,
 * from the same facts that the API has.
 */
import {
  binOfForecast,
  type ErrorSpan,
  estimateRunning,
  estimateWaiting,
  forecastError,
  keepErrors,
  LEAST_RENDERS,
  type PaceFacts,
  PLACED_JOBS,
  type RenderPace,
  rangeOfWait,
  sizeOfForecast,
  spanOfErrors,
  type TimeRange,
} from '@renderdeck/domain';
import {
  type CountedWork,
  type FarmNow,
  forecastFarm,
  type PaceNumber,
} from '@renderdeck/operations/extras';
import { MINUTE_S, type SimulatedHost, type SimulatedJob } from './night.ts';
import type { Listener, Moment, Running } from './run-night.ts';

/** An estimate of a start or an end, and whether the true time was in it. */
export type Checked = {
  readonly what: 'start' | 'end' | 'runningEnd';
  readonly size: number;
  readonly isOpen: boolean;
  readonly held: boolean;
  readonly widthS: number;
  readonly waitS: number;
};
/** What the farm has learned, kept over nights. */
export type Learned = {
  readonly paces: Map<PaceNumber, RenderPace>;
  readonly errors: Map<number, readonly number[]>;
};

type Said = {
  readonly at: number;
  readonly saidS: number;
  readonly isOpen: boolean;
  readonly isFilling: boolean;
  readonly startsAt: TimeRange | null;
  readonly endsAt: TimeRange | null;
};

/** The pace of the whole farm. */
const FARM = null;
const SAMPLES = 20;
const EPOCH_MS = Date.UTC(2026, 10, 26, 18);
const dateOf = (second: number) => new Date(EPOCH_MS + second * 1000);

/**
 * Checks the estimates of one night, and learns from it.
 * Long because: its functions share what was said in the night.
 */
export function checkNight(
  hosts: readonly SimulatedHost[],
  { paces, errors }: Learned,
): Listener & { readonly checked: readonly Checked[]; readonly unknown: () => number } {
  const checked: Checked[] = [];
  const said = new Map<number, Said[]>();
  const saidOfRunning = new Map<Running, { isOpen: boolean; at: number; range: TimeRange }[]>();
  const ends = new Map<number, Said[]>();
  let unknown = 0;
  const check = (what: Checked['what'], one: Said, range: TimeRange | null, trueAt: number) => {
    if (range === null) return;
    const time = dateOf(trueAt).getTime();
    checked.push({
      ...{ what, isOpen: one.isOpen, size: sizeOfForecast(one.saidS), waitS: trueAt - one.at },
      held: range.from.getTime() <= time && time <= range.to.getTime(),
      widthS: (range.to.getTime() - range.from.getTime()) / 1000,
    });
  };
  return {
    checked,
    unknown: () => unknown,
    started(job, now) {
      for (const one of said.get(job.id) ?? []) {
        check('start', one, one.startsAt, now);
        const bin = binOfForecast(one.saidS, one.isFilling);
        const added = [forecastError(one.saidS, now - one.at)];
        errors.set(bin, keepErrors(errors.get(bin) ?? [], added));
      }
      ends.set(job.id, [...(ends.get(job.id) ?? []), ...(said.get(job.id) ?? [])]);
      said.delete(job.id);
    },
    ended(running, completed) {
      const { job, startedAt, endsAt } = running;
      for (const one of ends.get(job.id) ?? []) check('end', one, one.endsAt, endsAt);
      for (const { range, ...one } of saidOfRunning.get(running) ?? [])
        check('runningEnd', { ...one, ...NO_START }, range, endsAt);
      if (!completed) return;
      for (const key of [job.template.key, FARM]) learnPace(paces, key, endsAt - startedAt);
    },
    look(moment) {
      const forecast = forecastFarm(farmAt(hosts, moment), blocksBehind(moment.waiting), paces);
      const spans = new Map<number, ErrorSpan>(
        [...errors].map(([bin, list]) => [bin, spanOfErrors(list)]),
      );
      const now = dateOf(moment.now);
      for (const index of sampledPlaces(moment.waiting.length)) {
        const job = moment.waiting[index];
        const set = forecast.sets.find(({ tags }) => tags === job?.template.tags);
        const saidS = startBetween(forecast.edges, set?.starts ?? [], index);
        if (job === undefined) continue;
        if (saidS === null) unknown += 1;
        if (saidS === null) continue;
        const range = { ...rangeOfWait(saidS, moment.isFilling, spans), saidS };
        const start = { madeAt: now, slots: set?.slots ?? 0, range };
        const facts = { hasHost: true, now };
        const { startsAt, endsAt } = estimateWaiting(start, paceFactsOf(paces, job), facts);
        const { isOpen, isFilling } = moment;
        const one = { at: moment.now, saidS, isOpen, isFilling, startsAt, endsAt };
        said.set(job.id, [...(said.get(job.id) ?? []), one]);
      }
      for (const running of moment.running) {
        const left = leftMs(running, moment.now);
        const { endsAt } = estimateRunning({
          ...paceFactsOf(paces, running.job),
          startedAt: dateOf(running.startedAt),
          expectedEndAt: left === null ? null : new Date(now.getTime() + left),
          ...{ isHeard: true, isStopping: false, now },
        });
        if (endsAt === null) continue;
        const one = { at: moment.now, isOpen: moment.isOpen, range: endsAt };
        saidOfRunning.set(running, [...(saidOfRunning.get(running) ?? []), one]);
      }
    },
  };
}

const NO_START = { saidS: 0, isFilling: false, startsAt: null, endsAt: null };

/** The farm as the API reads it. */
function farmAt(hosts: readonly SimulatedHost[], moment: Moment): FarmNow {
  const { now, waiting, running, isHeard } = moment;
  return {
    at: dateOf(now),
    isFilling: moment.isFilling,
    hosts: hosts.flatMap(({ slots, tags }, index) =>
      isHeard(index) ? [{ name: `ae-${index}`, slots, tags }] : [],
    ),
    held: running.map((one) => ({
      host: `ae-${one.host}`,
      pace: one.job.template.key,
      elapsedMs: (now - one.startedAt) * 1000,
      leftMs: leftMs(one, now),
      isStopping: false,
    })),
    first: waiting.slice(0, PLACED_JOBS).map(({ template: { tags, key: pace } }) => ({
      ...{ id: '', key: '', tags, pace },
    })),
  };
}

function blocksBehind(waiting: readonly SimulatedJob[]): readonly (readonly CountedWork[])[] {
  const blocks = new Map<string, CountedWork[]>();
  for (const { id, priority, template } of waiting.slice(PLACED_JOBS)) {
    const key = `${priority} ${id >> 10}`;
    const block = blocks.get(key) ?? [];
    blocks.set(key, block);
    block.push({ tags: template.tags, pace: template.key, jobs: 1 });
  }
  return [...blocks.values()];
}

/** What the frames tell: nothing in the first minute and below 5 %, later more and more exact. */
function leftMs({ job, startedAt, endsAt }: Running, now: number): number | null {
  const wholeS = (endsAt - startedAt) / job.share;
  const share = (now - startedAt) / wholeS;
  if (share < 0.05 || now - startedAt < MINUTE_S) return null;
  return (1 - share) * wholeS * Math.exp(job.noise * (1 - share)) * 1000;
}

function paceFactsOf(paces: ReadonlyMap<PaceNumber, RenderPace>, job: SimulatedJob): PaceFacts {
  const pace = paces.get(job.template.key);
  const renders = pace?.renders ?? 0;
  const isKnown = pace !== undefined && renders >= LEAST_RENDERS;
  return { pace: isKnown ? { of: 'template', ...pace } : null, renders };
}

/** As measure-attempts.ts does it in SQL. */
function learnPace(paces: Map<PaceNumber, RenderPace>, key: PaceNumber, seconds: number): void {
  const [ms, log] = [seconds * 1000, Math.log(seconds * 1000)];
  const known = paces.get(key) ?? { renders: 0, meanMs: ms, logMean: log, logVar: 0 };
  const renders = known.renders + 1;
  const weight = Math.max(1 / renders, 1 / 50);
  const moved = log - known.logMean;
  paces.set(key, {
    renders,
    meanMs: known.meanMs + weight * (ms - known.meanMs),
    logMean: known.logMean + weight * moved,
    logVar: (1 - weight) * (known.logVar + weight * moved * moved),
  });
}

/** Some of the first places, and others spread over the queue. */
function sampledPlaces(waiting: number): readonly number[] {
  const first = [0, 2, 6, 14, 30, 60, 100, 150];
  const spread = Array.from({ length: SAMPLES - first.length }, (_, index) =>
    Math.floor(PLACED_JOBS + ((waiting - PLACED_JOBS) * index) / (SAMPLES - first.length)),
  );
  return [...first, ...(waiting > PLACED_JOBS ? new Set(spread) : [])].filter(
    (place) => place < waiting,
  );
}

/** As forecast_at does it in SQL. */
function startBetween(
  edges: readonly number[],
  starts: readonly (number | null)[],
  ahead: number,
): number | null {
  const at = edges.findLastIndex((edge) => edge <= ahead);
  const [start = null, next = null] = [starts[at], starts[at + 1]];
  const [edge = 0, nextEdge = 0] = [edges[at], edges[at + 1]];
  if (start === null || edge === ahead || at === edges.length - 1) return start;
  return next === null ? null : start + ((next - start) * (ahead - edge)) / (nextEdge - edge);
}
