import type { AttemptEnding, KnownAttempt, RemovalReport, StopReport } from '../src/index.ts';
import { AT } from './a-job.ts';

export const CONFIRMED = new Date('2026-03-01T12:05:01.000Z');
export const DEAD = new Date('2026-03-01T12:05:00.700Z');
export const stopReport = {
  processes: [
    {
      pid: 4100,
      name: 'aerender',
      parentPid: 1,
      startedAt: '2026-03-01T12:00:00.000Z',
      endedBy: 'SIGKILL',
      endedAt: '2026-03-01T12:05:00.500Z',
    },
  ],
  proof: 'kernel',
  survivors: [],
  firstSignalAt: '2026-03-01T12:05:00.200Z',
  endedAt: DEAD.toISOString(),
  timeToDeadMs: 500,
} as const satisfies StopReport;
const removalReport: RemovalReport = {
  files: 3,
  bytes: 900,
  leftovers: [{ path: '/scratch/a', error: 'EBUSY' }],
  timeToCleanMs: 12,
};

/** What the database says of an attempt that has put nothing out. */
export const NOTHING_OUT = { publications: [], allPublished: false } as const;

/** What the database knows of an attempt of which a late report comes. */
export function aKnown(number = 1, facts: Partial<KnownAttempt> = {}): KnownAttempt {
  return {
    ...{ id: `a${number}`, number, host: `render-0${number}`, output: 'none', outcome: null },
    ...{ confirmedAt: null, ...NOTHING_OUT, ...facts },
  };
}

/** An attempt that holds its job. */
export function aRunning(number = 1, facts: Partial<AttemptEnding> = {}): AttemptEnding {
  return {
    id: `a${number}`,
    number,
    host: `render-0${number}`,
    hostLastHeardAt: AT,
    output: 'none',
    outcome: null,
    deliveredAt: null,
    stopReport: null,
    removalReport: null,
    confirmedAt: null,
    declaration: null,
    problem: null,
    ...facts,
  };
}

/** An attempt whose host fell silent. */
export function aLost(number = 1, facts: Partial<AttemptEnding> = {}): AttemptEnding {
  return aRunning(number, { outcome: 'lost', ...facts });
}

/** An attempt that was stopped, with proof. */
export function aProven(number = 1, facts: Partial<AttemptEnding> = {}): AttemptEnding {
  return aRunning(number, {
    outcome: 'stopped',
    stopReport,
    removalReport,
    confirmedAt: CONFIRMED,
    ...facts,
  });
}

export const declaration = {
  by: 'ada',
  at: new Date('2026-03-01T13:00:00.000Z'),
  reason: 'The machine burned.',
};

/** An attempt whose host was declared gone. */
export function aDeclared(number = 1, facts: Partial<AttemptEnding> = {}): AttemptEnding {
  return aLost(number, { declaration, ...facts });
}
