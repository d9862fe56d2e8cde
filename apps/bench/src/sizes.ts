import type { FarmLoad } from './farm/farm-load.ts';

/** How much is measured. A depth is a number of waiting jobs. */
export type Sizes = {
  readonly name: 'full' | 'quick' | 'tiny';
  /** Numbers of jobs that wait behind the claimed ones. The first is 0. */
  readonly depths: readonly number[];
  /** The sizes of a small queue and a large one, which are measured in turn. */
  readonly small: number;
  readonly large: number;
  /** The number of turns for single actions and for batches, and the number of jobs in a batch. */
  readonly samples: number;
  readonly rounds: number;
  readonly batch: number;
  /** The number of turns with real renders. */
  readonly renders: number;
  readonly sockets: number;
  readonly changesPerSecond: number;
  readonly streamSeconds: number;
  readonly soakSeconds: number;
  readonly churnClaims: number;
  readonly churnBehind: number;
  readonly farm: FarmLoad;
  /** Simulated nights: how many teach the estimates, how many are measured, and their jobs. */
  readonly nights: { readonly learned: number; readonly measured: number; readonly jobs: number };
};

const FARM: FarmLoad = {
  ...{ hosts: 1000, slots: 2, minutes: 10, jobs: 1_000_000, apis: 1, pages: 200 },
  ...{ endsPerSecond: 40, actsPerSecond: 20, way: 'direct', idle: false },
};

export const FULL: Sizes = {
  ...{ name: 'full', depths: [0, 100_000, 1_000_000], small: 1000, large: 1_000_000 },
  ...{ samples: 200, rounds: 8, batch: 400, renders: 25 },
  ...{ sockets: 200, changesPerSecond: 1000, streamSeconds: 30, soakSeconds: 60 },
  ...{ churnClaims: 1_000_000, churnBehind: 100_000, farm: FARM },
  nights: { learned: 12, measured: 5, jobs: 2000 },
};

export const QUICK: Sizes = {
  ...{ name: 'quick', depths: [0, 10_000], small: 1000, large: 10_000 },
  ...{ samples: 30, rounds: 2, batch: 100, renders: 2 },
  ...{ sockets: 50, changesPerSecond: 500, streamSeconds: 4, soakSeconds: 6 },
  ...{ churnClaims: 2000, churnBehind: 5000 },
  farm: { ...FARM, hosts: 20, minutes: 0.5, jobs: 10_000, pages: 20 },
  nights: { learned: 3, measured: 1, jobs: 2000 },
};

/** For the test that checks that the entries run. */
export const TINY: Sizes = {
  ...{ name: 'tiny', depths: [0, 20], small: 20, large: 20 },
  ...{ samples: 4, rounds: 1, batch: 4, renders: 1 },
  ...{ sockets: 2, changesPerSecond: 20, streamSeconds: 1, soakSeconds: 1 },
  ...{ churnClaims: 40, churnBehind: 20 },
  nights: { learned: 0, measured: 1, jobs: 100 },
  farm: { ...FARM, hosts: 4, minutes: 0.1, jobs: 2000, pages: 2, endsPerSecond: 4 },
};
