/*
 * Broken rules, each with the harm that the explorer must find on the shortest path.
 *
 * Long because: it is one table.
 */
import {
  decideDeclareGone,
  decidePublish,
  decideRegistration,
  type HostIdentity,
} from '../../src/index.ts';
import { RULES, type Rules } from './rules.ts';
import type { Bounds, FaultKind } from './world.ts';

export const bounds = (kinds: readonly FaultKind[], otherwise: Partial<Bounds> = {}): Bounds => ({
  ...{ jobs: 1, faults: kinds.length, attempts: 4, kinds, spare: 'machine' },
  ...otherwise,
});

/** The second gate, but it does not look at other attempts. */
export const blindGate: Rules['decidePublish'] = (job, attempts, id, asked) =>
  decidePublish(
    job,
    attempts.filter((attempt) => attempt.id === id),
    id,
    asked,
  );

/** A late report, but it does not warn that two attempts have put the same out. */
const tellNotTwice: Rules['decideRestore'] = (job, attempts, report) => {
  const step = RULES.decideRestore(job, attempts, report);
  if (report.end.kind === 'completed' || step?.kind !== 'warn') return step;
  if (!step.warning.includes('twice')) return step;
  const warnings = [...job.warnings, step.warning];
  return tellNotTwice({ ...job, warnings }, attempts, report);
};

export const BROKEN: readonly (readonly [
  what: string,
  rules: Partial<Rules>,
  bounds: Bounds,
  moves: number,
  sentence: string,
])[] = [
  [
    'a second gate that does not look at other attempts',
    { decidePublish: blindGate },
    bounds(['freeze']),
    9,
    'j1.2 may publish, and j1.1 too: its end is neither proven nor declared',
  ],
  [
    'gates that do not look at the stop request',
    {
      decideGate: (job, id) => RULES.decideGate({ ...job, status: 'RENDERING' }, id),
      decidePublish: (job, ...args) => decidePublish({ ...job, status: 'RENDERING' }, ...args),
    },
    bounds([]),
    6,
    'j1.1 put its output out after a cancel that came before any yes',
  ],
  [
    'a stop report with survivors that counts as a proof',
    { provesEnd: () => true },
    bounds(['survive']),
    7,
    'the slot of j1.1 is free, and its processes run',
  ],
  [
    'a cancel after a promotion that waits for no host',
    {
      deriveCancelReceipt: (job, attempts, stopAttemptId) =>
        RULES.deriveCancelReceipt({ ...job, awaitedHosts: [] }, attempts, stopAttemptId),
    },
    bounds(['standby']),
    5,
    'the receipt of j1 says cancelled, and processes of j1.1 run',
  ],
  [
    'an acknowledgement with survivors',
    {
      provesEnd: () => true,
      decideAcknowledge: (job, attempt, proof, at) =>
        RULES.decideAcknowledge(job, attempt, { ...proof, survivors: 0 }, at),
    },
    bounds(['survive']),
    6,
    'the receipt of j1 says cancelled, and processes of j1.1 run',
  ],
  [
    'a receipt over the attempt that was asked alone',
    {
      deriveCancelReceipt: (job, attempts, asked) =>
        RULES.deriveCancelReceipt(
          job,
          attempts.filter(({ id }) => id === asked),
          asked,
        ),
    },
    bounds(['freeze']),
    9,
    'the receipt of j1 says cancelled, and processes of j1.1 run',
  ],
  [
    'a loss that counts as a proof',
    {
      decideGiveUp: (...args) => {
        const decided = RULES.decideGiveUp(...args);
        return decided.ok ? { ...decided, isProven: true } : decided;
      },
    },
    bounds(['cut']),
    4,
    'j1.1 is proven to have ended, and its processes run',
  ],
  [
    'a restore that confirms another attempt without a proof',
    {
      applyRestore: (...args) => {
        const change = RULES.applyRestore(...args);
        if (!change.ok || change.attempt === null) return change;
        return { ...change, attempt: { ...change.attempt, isProven: true } };
      },
    },
    bounds(['cut']),
    13,
    'j1.2 is proven to have ended, and its processes run',
  ],
  [
    'a job that gives up an attempt and does not say what may be out',
    {
      decideGiveUp: (job, ...args) => {
        const decided = RULES.decideGiveUp(job, ...args);
        if (!decided.ok) return decided;
        return { ...decided, job: { ...decided.job, warnings: job.warnings } };
      },
    },
    bounds(['kill']),
    12,
    'j1.2 replaced the output of j1.1, and the job does not say so',
  ],
  [
    'a late report that does not say that an output is out twice',
    { decideRestore: tellNotTwice },
    bounds(['kill'], { faults: 2, attempts: 2 }),
    18,
    'j1.2 replaced the output of j1.1, and the job does not say so',
  ],
  [
    'an end that ignores what the host knows of its output',
    {
      decideFinish: (job, attempt, own, at) => {
        const proof = { ...own.proof, output: 'none' } as const;
        return RULES.decideFinish(job, attempt, { ...own, proof }, at);
      },
    },
    bounds(['standby']),
    9,
    'j1 says that no output is out, and one is',
  ],
  [
    'a host that does not look whether its output is out',
    { lookedAt: (_part, _id, output) => output },
    bounds(['kill']),
    12,
    'j1.2 published again what j1.1 had published',
  ],
  [
    'a claim that does not wait for the journal of its host',
    { mayClaim: () => true },
    bounds(['standby']),
    12,
    'j1.2 was claimed by the host that had completed j1.1',
  ],
  [
    'a registration that takes any name',
    { decideRegistration: () => ({ ok: true, relation: null }) },
    bounds(['replace']),
    1,
    'host-A was taken from a host that is heard',
  ],
  [
    'a registration that does not count open attempts',
    {
      decideRegistration: (mine, uptimeMs, bound, sameId) =>
        decideRegistration(
          mine,
          uptimeMs,
          bound === null ? null : { ...bound, openAttempts: 0 },
          sameId,
        ),
    },
    bounds(['kill', 'replace']),
    5,
    'host-A was taken from a host with open attempts',
  ],
  [
    'a comparison of hosts that ignores the PID namespace',
    {
      compareHosts: (recorded, mine, times) =>
        RULES.compareHosts({ ...recorded, pidNamespace: null }, mine, times),
    },
    bounds(['kill', 'replace'], { spare: 'container' }),
    7,
    'j1.1 is proven to have ended, and its processes run',
  ],
  [
    'a comparison of hosts that takes a clone for a reboot',
    {
      compareHosts: (recorded, mine: HostIdentity, times) =>
        RULES.compareHosts(recorded, mine, { ...times, uptimeMs: 0 }),
    },
    bounds(['kill', 'replace'], { spare: 'clone' }),
    7,
    'j1.1 is proven to have ended, and its processes run',
  ],
  [
    'an outage that counts against the leases',
    {
      timeBetweenLooks: (last, look) => (last === null ? null : look.startedAt),
    },
    bounds(['outage']),
    3,
    'j1.1 was lost, and its host is well',
  ],
  [
    'a watch that does not look at renewals',
    {
      watchLeases: (before, held, elapsedMs) =>
        RULES.watchLeases(
          before,
          held.map((lease) => ({ ...lease, renewals: 0 })),
          elapsedMs,
        ),
    },
    bounds([]),
    3,
    'j1.1 was lost, and its host is well',
  ],
  [
    'a declaration of a host that is heard',
    {
      decideDeclareGone: (host, attempts) =>
        decideDeclareGone({ ...host, isHeard: false }, attempts),
    },
    bounds(['freeze']),
    7,
    'an attempt was declared whose host is heard and can prove its end',
  ],
  [
    'a queue in the order of submission alone',
    { compareInQueue: (a, b) => a.queueSeq - b.queueSeq },
    bounds([], { jobs: 2 }),
    4,
    'j1.1 was claimed before a job that runs first',
  ],
  [
    'open attempts that count only lost hosts',
    {
      openAttemptsOf: (attempts) =>
        RULES.openAttemptsOf(attempts.filter(({ outcome }) => outcome !== 'lost')),
    },
    bounds(['freeze']),
    4,
    'j1 has 1 unproven attempts and names 0 as open',
  ],
];
