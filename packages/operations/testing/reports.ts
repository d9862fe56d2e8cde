import type { RemovalReport, StopReport } from '@renderdeck/domain';
import type { Reports } from '../src/index.ts';

/** The reports of a stop after which no process and no file is left. */
export function reports(
  stop: Partial<StopReport> = {},
  removal: RemovalReport | null = REMOVAL,
): Reports {
  const stopReport = { ...STOP, ...stop };
  return { stopReport, removalReport: removal, deadMsAgo: 0, output: 'none', publications: null };
}

export const REMOVAL = {
  files: 3,
  bytes: 4096,
  leftovers: [],
  timeToCleanMs: 4,
} as const satisfies RemovalReport;
export const STOP = {
  processes: [
    {
      pid: 900,
      name: 'aerender',
      parentPid: 800,
      startedAt: '2026-03-01T12:00:00.000Z',
      endedBy: 'SIGTERM',
      endedAt: '2026-03-01T12:00:01.000Z',
    },
  ],
  proof: 'kernel',
  survivors: [],
  timeToDeadMs: 120,
} as const satisfies StopReport;
