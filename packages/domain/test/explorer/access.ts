/* Reads and changes one part of a world. */
import type { Attempt, Bound, JobPart, JobRecord, Machine, Row, World } from './world.ts';

export function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`nothing at ${index} of ${list.length}`);
  return found;
}

function replaced<T>(list: readonly T[], index: number, item: T): readonly T[] {
  const copy = list.slice();
  copy[index] = item;
  return copy;
}

export function withJob(world: World, job: number, change: Partial<JobPart>): World {
  return { ...world, jobs: replaced(world.jobs, job, { ...at(world.jobs, job), ...change }) };
}

export function withMachine(world: World, machine: number, change: Partial<Machine>): World {
  const machines = replaced(world.machines, machine, { ...at(world.machines, machine), ...change });
  return { ...world, machines };
}

export function withBound(world: World, name: number, change: Partial<Bound>): World {
  const { bound, kept } = at(world.names, name);
  if (bound === null) return world;
  return { ...world, names: replaced(world.names, name, { bound: { ...bound, ...change }, kept }) };
}

export function bind(world: World, name: number, bound: Bound): World {
  return { ...world, names: replaced(world.names, name, { ...at(world.names, name), bound }) };
}

/** The place of an attempt: its job, and its index in the list of that job. */
export type Place = { readonly job: number; readonly index: number };

export function attemptAt(world: World, { job, index }: Place): Attempt {
  return at(at(world.jobs, job).attempts, index);
}

export function withAttempt(world: World, { job, index }: Place, change: Partial<Attempt>): World {
  const part = at(world.jobs, job);
  const attempts = replaced(part.attempts, index, { ...at(part.attempts, index), ...change });
  return withJob(world, job, { attempts });
}

/** All attempts of a world with their places. */
export function placesOf({ jobs }: World): readonly Place[] {
  const known = places.get(jobs);
  if (known !== undefined) return known;
  const found = jobs.flatMap((part, job) => part.attempts.map((_, index) => ({ job, index })));
  places.set(jobs, found);
  return found;
}
const places = new WeakMap<World['jobs'], readonly Place[]>();

export function recordOf(world: World, job: number): JobRecord {
  const { record } = at(world.jobs, job);
  if (record === null) throw new Error(`job ${job} is not submitted`);
  return record;
}

export function rowOf(record: JobRecord | null, id: string): Row | undefined {
  return record?.rows.find((row) => row.id === id);
}

export function holds(record: JobRecord | null, id: string): boolean {
  return record?.job.lease?.attemptId === id;
}

/** The record after a change of its job and of one of its rows. */
export function saved(
  record: JobRecord,
  job: JobRecord['job'],
  row: (Partial<Row> & { readonly id: string }) | null = null,
): JobRecord {
  const rows =
    row === null
      ? record.rows
      : record.rows.map((one) => (one.id === row.id ? { ...one, ...row } : one));
  return { ...record, job, rows };
}
