import type { GetMeasuresOutput } from '@renderdeck/contract';

const NONE = { completed: 0, failed: 0, stopped: 0, lost: 0, released: 0, hostFailed: 0 };
const times = (count: number, medianMs: number, p95Ms: number) => ({ count, medianMs, p95Ms });
const steps = <Step>(step: Step): Step[] => Array.from({ length: 7 }, () => step);

/** A week of a small farm, each day like the others. */
export const exampleMeasures: GetMeasuresOutput = {
  range: '7d',
  at: '2026-03-08T11:30:00.000Z',
  from: '2026-03-01T12:00:00.000Z',
  to: '2026-03-08T12:00:00.000Z',
  stepMs: 86_400_000,
  waiting: { ...times(140, 40_000, 360_000), steps: steps(times(20, 40_000, 360_000)) },
  ended: {
    ...NONE,
    completed: 126,
    stopped: 14,
    steps: steps({ ...NONE, completed: 18, stopped: 2 }),
  },
  stops: {
    asked: 14,
    proven: 14,
    notProven: 0,
    askToProof: times(14, 2500, 9000),
    timeToDead: times(14, 60, 2200),
    timeToClean: times(14, 20, 300),
    steps: steps({ asked: 2, proven: 2, notProven: 0, askToProof: times(2, 2500, 9000) }),
  },
  hosts: [
    {
      host: 'render-01',
      slots: 1,
      busyMs: 302_400_000,
      use: 0.5,
      busyMsByStep: steps(43_200_000),
    },
  ],
};
