import { readFile } from 'node:fs/promises';

/** A place in the queue: jobs at the front, in the middle or at the end. */
export type Place = 'front' | 'middle' | 'end';
export const PLACES: readonly Place[] = ['front', 'middle', 'end'];

/** How many clients claim and finish jobs at once. */
export const CLIENTS = 4;

/** The name of the queue, for contenders whose queues have names. */
export const QUEUE = 'bench';

/** The data of every job: a small nexrender job. */
export const PAYLOAD = {
  template: { src: 'file:///farm/intro.aep', composition: 'main' },
  assets: [],
};

/**
 * A queue in its own database; all databases are on one PostgreSQL. Larger priorities run first.
 */
export type Contender = {
  /** The name of the contender, with its version. */
  readonly name: string;
  /** Fills the queue with this many jobs, of many priorities. */
  fill(jobs: number): Promise<void>;
  /** Submits a job of the default priority. Returns its id. */
  submit(): Promise<string>;
  /** Submits this many jobs in the fastest way that the contender has. */
  submitMany(jobs: number): Promise<void>;
  /** Claims and finishes this many jobs with CLIENTS clients, in the order of the queue. */
  complete(jobs: number): Promise<void>;
  /** Returns the ids of this many waiting jobs. */
  find(place: Place, jobs: number): Promise<readonly string[]>;
  setPriority(id: string, priority: number): Promise<unknown>;
  /** Ends a waiting job. */
  cancel(id: string): Promise<unknown>;
  close(): Promise<void>;
};

/** Returns the default priority for seven of ten jobs, and a random one for the others. */
export function anyPriority(): number {
  return Math.random() < 0.7 ? 50 : Math.floor(Math.random() * 101);
}

/** Returns how many jobs are before the first job of this place. */
export function offsetOf(place: Place, waiting: number, wanted: number): number {
  const last = Math.max(0, waiting - wanted);
  return { front: 0, middle: Math.floor(last / 2), end: last }[place];
}

const BATCH = 5000;

/** Calls `add` until this many jobs are added. Each call adds as many as contenders take well. */
export async function inBatches(jobs: number, add: (jobs: number) => Promise<unknown>) {
  for (let left = jobs; left > 0; left -= BATCH) await add(Math.min(left, BATCH));
}

const PACKAGE = new URL('../../package.json', import.meta.url);

/**
 * Returns the version of a program that the bench compares with. package.json names exact versions.
 */
export async function versionOf(name: string): Promise<string> {
  const file: { devDependencies: Record<string, string> } = JSON.parse(
    await readFile(PACKAGE, 'utf8'),
  );
  return file.devDependencies[name] ?? 'of unknown version';
}
