import type { AttemptReport, AttemptReportEnd } from '../src/index.ts';
import { request } from './a-job.ts';

const ENDS: Readonly<Record<AttemptReportEnd['kind'], AttemptReportEnd>> = {
  stopped: { kind: 'stopped', request, afterMs: 12 },
  completed: { kind: 'completed' },
  failed: { kind: 'failed', failure: 'aerender failed.' },
  released: { kind: 'released', why: 'The worker shut down.' },
  hostFailed: { kind: 'hostFailed', why: 'The disk is full.', killed: null },
  lost: { kind: 'lost' },
};

/** The stop report of an attempt whose end is not proven. */
export const UNPROVEN = { processes: [], proof: null, survivors: [], timeToDeadMs: null };

/**
 * What a host reports of an attempt that ended in this way, with the changes that the test needs.
 */
export function aReport(
  kind: AttemptReportEnd['kind'],
  otherwise: Partial<AttemptReport> = {},
): AttemptReport {
  return {
    jobId: 'j1',
    attemptId: 'a1',
    number: 1,
    host: 'render-01',
    identity: {
      hostId: 'h1',
      machineId: null,
      hardwareId: null,
      bootId: 'b1',
      pidNamespace: null,
    },
    workerId: 'w1',
    treeMarker: 'marker',
    end: ENDS[kind],
    output: kind === 'completed' ? 'published' : 'none',
    publications: null,
    signalled: false,
    stopReport: { processes: [], proof: 'kernel', survivors: [], timeToDeadMs: 30 },
    removalReport: null,
    ranMs: 1000,
    deadAt: '2026-03-01T12:00:00.000Z',
    ...otherwise,
  };
}
