import {
  exampleCancelling,
  exampleJob,
  type WireCancelReceipt,
  type WireJob,
  type WireOpenAttempt,
  type WireTransfer,
} from '@renderdeck/contract';

/** A host downloads one file. */
export const A_DOWNLOAD: Omit<WireTransfer, 'timeLeftMs' | 'reportedAt'> = {
  ...{ direction: 'download', files: 1, filesDone: 0, names: ['a.mov (assets[0].src)'] },
  ...{ bytes: 1_000_000_000, totalBytes: 4_000_000_000, bytesPerSecond: 35_000_000 },
};

export const ASKED_AT = '2026-11-25T02:14:07.000Z';

/** A job that renders on ae-03. */
export function aJob(differences: Partial<WireJob> = {}): WireJob {
  return {
    ...exampleJob,
    name: 'spot_0142',
    status: 'RENDERING',
    position: null,
    version: 3,
    progress: 42,
    timeLeftMs: 360_000,
    phase: 'rendering',
    attempt: 1,
    host: 'ae-03',
    submittedBy: 'mira',
    createdAt: '2026-11-25T01:00:00.000Z',
    startedAt: '2026-11-25T02:00:00.000Z',
    ...differences,
  };
}

/** A stop that was requested and not delivered yet. */
export function aReceipt(differences: Partial<WireCancelReceipt> = {}): WireCancelReceipt {
  return {
    ...exampleCancelling,
    requestedBy: 'Mira K.',
    requestedAt: ASKED_AT,
    channel: 'trpc',
    reason: 'wrong version',
    host: 'ae-03',
    deliveredAt: null,
    ...differences,
  };
}

/** A proven stop of three processes that ended after SIGTERM. */
export function aProvenReceipt(differences: Partial<WireCancelReceipt> = {}): WireCancelReceipt {
  const ended = (pid: number, name: string) =>
    ({
      pid,
      name,
      parentPid: 1,
      startedAt: ASKED_AT,
      endedBy: 'SIGTERM',
      endedAt: '2026-11-25T02:14:09.000Z',
    }) as const;
  return aReceipt({
    outcome: 'cancelled',
    deliveredAt: '2026-11-25T02:14:07.400Z',
    processes: [ended(4100, 'nexrender'), ended(4110, 'aerender'), ended(4120, 'AfterFX')],
    proof: 'kernel',
    files: { removed: 312, bytes: 4_100_000_000, leftovers: [] },
    firstSignalAt: '2026-11-25T02:14:07.500Z',
    deadAt: '2026-11-25T02:14:09.000Z',
    timeToDeadMs: 1_600,
    timeToCleanMs: 900,
    askToProofMs: 8_200,
    confirmedAt: '2026-11-25T02:14:16.000Z',
    ...differences,
  });
}

/** Attempt 1 on ae-03, whose host fell silent. */
export function anOpenAttempt(differences: Partial<WireOpenAttempt> = {}): WireOpenAttempt {
  return {
    number: 1,
    host: 'ae-03',
    lastHeardAt: '2026-11-25T02:10:03.000Z',
    output: 'none',
    problem: null,
    ...differences,
  };
}
