import { readFile } from 'node:fs/promises';

/** Jobs that wait, in order, at the front, in the middle or at the end of the queue. */
export type Place = 'front' | 'middle' | 'end';
export const PLACES: readonly Place[] = ['front', 'middle', 'end'];

/** How many clients claim and finish jobs at once. */
export const CLIENTS = 4;

/** The name of the queue, where a contender has names for queues. */
export const QUEUE = 'bench';

/** What every queue is given to keep: a small nexrender job. */
export const PAYLOAD = {
  template: { src: 'file:///farm/intro.aep', composition: 'main' },
  assets: [],
};

/** A queue on a database of its own of the one PostgreSQL. Larger priorities run first. */
export type Contender = {
  /** With its version. */
  readonly name: string;
  /** Makes a queue of so many jobs, of many priorities. */
  fill(jobs: number): Promise<void>;
  /** Submits a job of the default priority and gives its id. */
  submit(): Promise<string>;
  /** Submits so many jobs in the quickest way that it has. */
  submitMany(jobs: number): Promise<void>;
  /** Claims and finishes so many jobs with CLIENTS clients, in the order of the queue. */
  complete(jobs: number): Promise<void>;
  /** The ids of so many waiting jobs. */
  find(place: Place, jobs: number): Promise<readonly string[]>;
  setPriority(id: string, priority: number): Promise<unknown>;
  /** Ends a waiting job. */
  cancel(id: string): Promise<unknown>;
  close(): Promise<void>;
};

/** Seven of ten jobs have the default priority, the others any. */
export function anyPriority(): number {
  return Math.random() < 0.7 ? 50 : Math.floor(Math.random() * 101);
}

/** How many jobs are before the first one at this place. */
export function offsetOf(place: Place, waiting: number, wanted: number): number {
  const last = Math.max(0, waiting - wanted);
  return { front: 0, middle: Math.floor(last / 2), end: last }[place];
}

const BATCH = 5000;

/** Calls `add` until so many jobs are added, with as many at once as it takes well. */
export async function inBatches(jobs: number, add: (jobs: number) => Promise<unknown>) {
  for (let left = jobs; left > 0; left -= BATCH) await add(Math.min(left, BATCH));
}

const PACKAGE = new URL('../../package.json', import.meta.url);

/** The version of a program that the bench compares with: package.json names each exactly. */
export async function versionOf(name: string): Promise<string> {
  const file: { devDependencies: Record<string, string> } = JSON.parse(
    await readFile(PACKAGE, 'utf8'),
  );
  return file.devDependencies[name] ?? 'of unknown version';
}
