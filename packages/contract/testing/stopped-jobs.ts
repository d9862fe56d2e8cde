/*
 * A job of each kind that a stop can leave: each status, each end of the attempt that was asked to
 * stop and of an earlier attempt, and each state of an awaited host. The receipts come from the
 * rules of the domain. Tests that compare the words of the page, ctl and REST use all of them.
 */
import {
  type AttemptEnding,
  type AwaitedHost,
  deriveCancelReceipt,
  type Job,
  openAttemptsOf,
  type StopReport,
} from '@renderdeck/domain';
import { aJob } from '@renderdeck/domain/testing/a-job';
import { aRunning } from '@renderdeck/domain/testing/an-attempt';
import type { WireCancelReceipt, WireJob } from '../src/jobs/job.ts';
import { wireJob } from '../src/jobs/wire-job.ts';

/** When each of the jobs was asked to stop. */
export const ASKED_MS = Date.parse('2026-03-01T12:05:00.000Z');
const at = (ms: number) => new Date(ASKED_MS + ms);

type StopStatus = 'CANCELLING' | 'CANCELLED' | 'COMPLETED';
type Ending = Partial<AttemptEnding>;

const declaration = { by: 'ada', at: at(20_000), reason: 'The machine burned.' };
const report: StopReport = {
  processes: [],
  proof: 'kernel',
  survivors: [],
  firstSignalAt: at(200).toISOString(),
  endedAt: at(700).toISOString(),
  timeToDeadMs: 500,
};
const notEnded = (pid: number): Ending => {
  const survivors = [{ pid, name: 'AfterFX', state: 'D' }];
  return { deliveredAt: at(100), stopReport: { ...report, proof: null, survivors, endedAt: null } };
};
const proven: Ending = { outcome: 'stopped', stopReport: report, confirmedAt: at(1_000) };
const provenLate: Ending = { ...proven, confirmedAt: at(45_000) };
const lost: Ending = { outcome: 'lost' };
const declared: Ending = { ...lost, declaration };

/** The ends that the attempt which was asked to stop can have; null: no attempt ran. */
const ASKED: Readonly<Record<StopStatus, readonly (Ending | null)[]>> = {
  CANCELLING: [{}, { deliveredAt: at(100) }, notEnded(4102), notEnded(0)],
  CANCELLED: [null, proven, provenLate, lost, declared],
  COMPLETED: [proven, lost, declared],
};
const EARLIER = [null, proven, lost, declared];

const missing: AwaitedHost = { host: 'ae-05', hostId: null, reportedAt: null, declaration: null };
const AWAITED: readonly (readonly AwaitedHost[])[] = [
  [],
  [missing],
  [{ ...missing, reportedAt: at(2_000) }],
  [{ ...missing, declaration }],
];

export type StoppedJob = WireJob & { readonly receipt: WireCancelReceipt };

export function stoppedJobs(): readonly StoppedJob[] {
  return (['CANCELLING', 'CANCELLED', 'COMPLETED'] as const).flatMap((status) =>
    ASKED[status].flatMap((asked) =>
      EARLIER.flatMap((earlier) =>
        AWAITED.map((awaitedHosts) => stoppedJob(status, earlier, asked, awaitedHosts)),
      ),
    ),
  );
}

function stoppedJob(
  status: StopStatus,
  earlier: Ending | null,
  asked: Ending | null,
  awaitedHosts: readonly AwaitedHost[],
): StoppedJob {
  const attempts = [
    ...(earlier === null ? [] : [anAttempt(1, earlier)]),
    ...(asked === null ? [] : [anAttempt(2, asked)]),
  ];
  const endedAt = status === 'CANCELLING' ? null : at(0);
  const job = aJob(status, { ...JOB, awaitedHosts, endedAt });
  const receipt = deriveCancelReceipt(job, attempts, asked === null ? null : 'a2');
  if (receipt === null) throw new Error('Each of these jobs was asked to stop.');
  const view = wireJob({
    job,
    position: null,
    progress: 40,
    transfer: null,
    timeLeftMs: null,
    estimate: null,
    phase: null,
    host: 'ae-02',
    receipt: { ...receipt, number: 4812 },
    rerunOf: null,
    rerunBy: [],
    openAttempts: openAttemptsOf(attempts),
    keptOff: [],
    noHostLeft: false,
    noHostOffers: null,
    drainedHosts: null,
  });
  if (view.receipt === null) throw new Error('wireJob left the receipt out.');
  return { ...view, receipt: view.receipt };
}

const JOB: Partial<Job> = {
  ...{ id: '3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59', name: 'spot_0142', lease: null },
  ...{ createdAt: at(-300_000), startedAt: at(-200_000), attempts: 2, output: 'none' },
  stopRequest: { by: 'ada', at: at(0), channel: 'rest', reason: null },
};

function anAttempt(number: number, ending: Ending): AttemptEnding {
  return aRunning(number, {
    ...{ host: `ae-0${number}`, hostLastHeardAt: at(-1_000) },
    ...ending,
  });
}
