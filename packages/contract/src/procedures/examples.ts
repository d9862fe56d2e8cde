import type { WireJob } from '../jobs/job.ts';

/* Values that several examples share. All examples show the same job. */
export const EXAMPLE_JOB_ID = '3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59';
export const EXAMPLE_RERUN_ID = '7c1e0b64-2f0a-4e5d-8d8b-5a1c3f9e2b10';
export const EXAMPLE_REQUEST_ID = '8d0f4f7e-52f0-4a4b-9a0f-0f9e3f1f6f11';
export const EXAMPLE_PASSWORD = 'an honest long password';
export const EXAMPLE_SEAL = {
  number: '17',
  hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
};
/** A time of the examples, given by its second. */
export const exampleTime = (second: number): string =>
  `2026-03-01T12:00:${String(second).padStart(2, '0')}.000Z`;

/** A start between two times of the examples' day. */
export const exampleStart = (from: string, to: string) => ({
  startsAt: { from: `2026-03-01T${from}:00.000Z`, to: `2026-03-01T${to}:00.000Z` },
  notKnown: null,
});

/** A job that the examples show. */
export const exampleJob: WireJob = {
  id: EXAMPLE_JOB_ID,
  name: 'Intro',
  template: 'intro.aep',
  status: 'QUEUED',
  priority: 50,
  tags: [],
  position: 3,
  noHostOffers: null,
  version: 1,
  progress: 0,
  timeLeftMs: null,
  estimate: {
    startsAt: { from: '2026-03-01T12:10:00.000Z', to: '2026-03-01T12:40:00.000Z' },
    endsAt: { from: '2026-03-01T12:20:00.000Z', to: '2026-03-01T13:05:00.000Z' },
    ground: { of: 'template', renders: 37 },
    notKnown: null,
  },
  transfer: null,
  phase: null,
  attempt: null,
  host: null,
  submittedBy: 'sam',
  createdAt: exampleTime(0),
  startedAt: null,
  endedAt: null,
  failure: null,
  output: 'none',
  receipt: null,
  rerunOf: null,
  rerunBy: [],
  openAttempts: [],
  warnings: [],
};
