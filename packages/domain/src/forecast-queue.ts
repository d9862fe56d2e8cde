/*
 * When the waiting jobs start. It decides nothing: no claim reads it.
 *
 * 1. Each slot is free at its time.
 * 2. The first jobs of the queue are placed one by one: each goes to the slot that is free first
 *    among those that offer its tags.
 * 3. The rest is poured block by block over the slots that may take it, the lowest first, like
 *    water; sets of tags with few slots come first.
 * 4. At some edges (a number of jobs ahead), the start of a set of tags is the time at which the
 *    first of its slots is free. A reader interpolates between two edges.
 */

export type ForecastSlot = { readonly freeS: number; readonly tags: readonly string[] };
/** Waiting jobs of one pace with the same tags. */
export type WaitingWork = {
  /** As readTags orders them, joined by commas. */
  readonly tags: string;
  readonly jobs: number;
  /** The mean duration of one of them. */
  readonly meanS: number;
  /** Too few renders were measured to trust the mean. */
  readonly isNew: boolean;
};
export type ForecastInput = {
  readonly slots: readonly ForecastSlot[];
  /** How long all that renders now still takes, and the part of it of new templates. */
  readonly runningS: number;
  readonly runningNewS: number;
  /** The first jobs, in queue order, one in each entry. */
  readonly first: readonly WaitingWork[];
  /** All other jobs, in blocks of the queue. */
  readonly blocks: readonly (readonly WaitingWork[])[];
};
export type SetForecast = {
  readonly tags: string;
  /** How many slots may take jobs with these tags. */
  readonly slots: number;
  /** For each edge, in seconds from now. Null: no slot, or too much of the work ahead is new. */
  readonly starts: readonly (number | null)[];
};
export type QueueForecast = {
  /** Numbers of jobs ahead, ascending, from 0 to all of them. */
  readonly edges: readonly number[];
  readonly sets: readonly SetForecast[];
};

/** How many jobs are placed one by one. */
export const PLACED_JOBS = 200;
const CLOSE_EDGES = 20;
const EDGE_STEP = 1.05;
/** If more than this share of the work ahead is of new templates, no start is known. */
const MOST_NEW = 1 / 3;
const MOST_S = 10 * 365 * 86_400;

/** A slot, and when it is free in the forecast so far. */
type Level = ForecastSlot & { atS: number };
type TagSet = {
  readonly tags: string;
  readonly levels: Level[];
  readonly starts: (number | null)[];
};

export function forecastQueue(input: ForecastInput): QueueForecast {
  const { slots, first, blocks } = input;
  const levels = slots.map((slot): Level => ({ ...slot, atS: slot.freeS }));
  const all = [...first, ...blocks.flat()];
  const edges = edgesUpTo(all.reduce((sum, { jobs }) => sum + jobs, 0));
  const sets = new Map<string, TagSet>();
  const setOf = (tags: string): TagSet => {
    const set = sets.get(tags) ?? { tags, levels: levelsFor(tags, levels), starts: [] };
    sets.set(tags, set);
    return set;
  };
  for (const tags of ['', ...all.map((work) => work.tags)]) setOf(tags);
  const inOrder = [...sets.values()].sort((one, other) => one.levels.length - other.levels.length);
  const ahead = { jobs: 0, workS: input.runningS, newS: input.runningNewS, edge: 0 };

  const record = () => {
    const isKnown = ahead.newS <= MOST_NEW * ahead.workS;
    for (const set of inOrder) {
      const start = startOf(set);
      set.starts.push(isKnown || start === 0 ? start : null);
    }
    ahead.edge += 1;
  };
  const add = (work: readonly WaitingWork[], share: number) => {
    const added = new Map<string, number>();
    for (const { tags, jobs, meanS, isNew } of work) {
      const workS = share * jobs * meanS;
      added.set(tags, (added.get(tags) ?? 0) + workS);
      if (setOf(tags).levels.length === 0) continue;
      ahead.workS += workS;
      if (isNew) ahead.newS += workS;
    }
    return added;
  };

  record();
  for (const job of first) {
    const slot = firstFree(setOf(job.tags).levels);
    if (slot !== null) slot.atS += job.meanS;
    add([job], 1);
    ahead.jobs += 1;
    if (ahead.jobs === edges[ahead.edge]) record();
  }
  for (const block of blocks) {
    const jobs = block.reduce((sum, work) => sum + work.jobs, 0);
    const end = ahead.jobs + jobs;
    while (ahead.jobs < end) {
      const until = Math.min(end, ...edges.slice(ahead.edge, ahead.edge + 1));
      const added = add(block, (until - ahead.jobs) / jobs);
      for (const set of inOrder) pour(added.get(set.tags) ?? 0, set.levels);
      ahead.jobs = until;
      if (until === edges[ahead.edge]) record();
    }
  }
  const forecasts = inOrder.map(({ tags, starts, ...set }) => ({
    ...{ tags, starts },
    slots: set.levels.length,
  }));
  return { edges, sets: forecasts };
}

/** 0, 1, 2 … 20, then each 5 % more, and the last one. */
function edgesUpTo(jobs: number): readonly number[] {
  const edges = [0];
  for (let edge = 1; edge < jobs; edge = Math.max(edge + 1, nextEdge(edge))) edges.push(edge);
  if (jobs > 0) edges.push(jobs);
  return edges;
}

function nextEdge(edge: number): number {
  return edge < CLOSE_EDGES ? edge + 1 : Math.round(edge * EDGE_STEP);
}

function levelsFor(tags: string, levels: readonly Level[]): Level[] {
  const wanted = tags === '' ? [] : tags.split(',');
  return levels.filter((slot) => wanted.every((tag) => slot.tags.includes(tag)));
}

/** Null if there is no slot. */
function firstFree(levels: readonly Level[]): Level | null {
  let found: Level | null = null;
  for (const level of levels) if (found === null || level.atS < found.atS) found = level;
  return found;
}

function startOf({ levels }: TagSet): number | null {
  const slot = firstFree(levels);
  return slot === null ? null : Math.min(MOST_S, Math.round(slot.atS));
}

/** Raises the lowest levels to one level, as water does. `levels` stays sorted. */
function pour(workS: number, levels: Level[]): void {
  if (workS === 0) return;
  levels.sort((one, other) => one.atS - other.atS);
  const filled: Level[] = [];
  let sum = workS;
  for (const level of levels) {
    if (filled.length > 0 && sum / filled.length <= level.atS) break;
    filled.push(level);
    sum += level.atS;
  }
  for (const level of filled) level.atS = sum / filled.length;
}
