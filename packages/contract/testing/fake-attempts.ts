import type { AttemptEnding, Job, RemovalReport, StopReport } from '@renderdeck/domain';
import { aRunning } from '@renderdeck/domain/testing/an-attempt';
import type { WireAttempt, WireHost } from '../src/index.ts';

/** An attempt of the fake farm, with everything that its host reported of its end. */
export type FakeAttempt = { -readonly [Fact in keyof AttemptEnding]: AttemptEnding[Fact] } & {
  readonly startedAt: Date;
  endedAt: Date | null;
};

/** An attempt that has just been claimed. */
export function aFakeAttempt(id: string, number: number, host: string, at: Date): FakeAttempt {
  const claimed = { id, host, hostLastHeardAt: null, startedAt: at, endedAt: null };
  return { ...aRunning(number), ...claimed };
}

/** The attempts in the domain's form: with the time at which their hosts were last heard. */
export function endingsOf(
  attempts: readonly FakeAttempt[],
  hosts: readonly WireHost[],
): readonly AttemptEnding[] {
  return attempts.map((attempt) => {
    const heard = hosts.find(({ name }) => name === attempt.host)?.lastHeardAt;
    return { ...attempt, hostLastHeardAt: heard === undefined ? null : new Date(heard) };
  });
}

/** The phase of nexrender in each attempt. */
export const FAKE_PHASE = 'rendering';

/** An attempt as `getJob` shows it. */
export function wireFakeAttempt(attempt: FakeAttempt, job: Job, progress: number): WireAttempt {
  const { id, number, host, outcome, output, startedAt, endedAt, stopReport, problem } = attempt;
  const { confirmedAt, declaration, removalReport } = attempt;
  return {
    id,
    number,
    host,
    outcome,
    phase: FAKE_PHASE,
    progress: number === job.attempts ? progress : 0,
    frame: null,
    totalFrames: null,
    output,
    steps: null,
    cachedSources: number === 1 ? { sources: 7, cached: 3, bytes: 1_200_000_000 } : null,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    processes: [],
    usage: [],
    proof: stopReport?.proof ?? null,
    stop:
      stopReport === null
        ? null
        : {
            ...stopReport,
            processes: [...stopReport.processes],
            survivors: [...stopReport.survivors],
            firstSignalAt: stopReport.firstSignalAt ?? null,
            endedAt: stopReport.endedAt ?? null,
          },
    removal:
      removalReport === null ? null : { ...removalReport, leftovers: [...removalReport.leftovers] },
    confirmedAt: confirmedAt?.toISOString() ?? null,
    declared: declaration === null ? null : { ...declaration, at: declaration.at.toISOString() },
    problem,
  };
}

/**
 * A stop without problems: SIGTERM ended three processes, the kernel is the proof, and all files
 * are removed.
 */
export function aGoodStop(at: Date): { stopReport: StopReport; removalReport: RemovalReport } {
  const ended = (pid: number, name: string, parentPid: number) =>
    ({
      pid,
      name,
      parentPid,
      startedAt: at.toISOString(),
      endedBy: 'SIGTERM',
      endedAt: at.toISOString(),
    }) as const;
  return {
    stopReport: {
      processes: [
        ended(4100, 'nexrender', 4000),
        ended(4101, 'aerender', 4100),
        ended(4102, 'AfterFX', 4101),
      ],
      proof: 'kernel',
      survivors: [],
      timeToDeadMs: 41,
    },
    removalReport: { files: 12, bytes: 48_000_000, leftovers: [], timeToCleanMs: 9 },
  };
}
