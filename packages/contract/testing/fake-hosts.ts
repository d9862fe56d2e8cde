import {
  decideAttemptState,
  decideDeclareGone,
  decideHandOver,
  decideHostState,
  explainHandedOver,
  openAttemptsOf,
} from '@renderdeck/domain';
import { mayRunOf, refuse, type WireAttemptOfHost, type WireHost } from '../src/index.ts';
import type { AdminPort, RequestContext } from '../src/router.ts';
import type { FakeAttempt } from './fake-attempts.ts';
import type { FakeFarm, FakeJob, RecordLine } from './fake-farm.ts';
import { refusalOf } from './fake-refusals.ts';

type Held = { readonly job: FakeJob; readonly attempt: FakeAttempt };
type FakeHosts = ReturnType<typeof findHosts> & {
  readonly farm: FakeFarm;
  readonly now: () => Date;
  readonly record: RecordLine;
};

/** The hosts of the fake farm, with the refusals of a real server. */
export function createFakeHosts(farm: FakeFarm, now: () => Date, record: RecordLine) {
  const hosts = { ...findHosts(farm), farm, now, record };
  return {
    async listHosts() {
      return { hosts: farm.hosts.map(hosts.shown), database: farm.database, told: farm.told };
    },
    async *onHostChange(_asker, { signal }) {
      const from = farm.hostChanges.length;
      yield* farm.hosts.map(hosts.shown);
      for await (const host of farm.signal.follow(farm.hostChanges, from, signal))
        yield hosts.shown(host);
    },
    listAttempts: async (_asker, { from, to }) => ({
      attempts: listAttempts(farm, Date.parse(from), Date.parse(to)),
      cutAt: null,
    }),
    drainHost: async (requestContext, input) => changeDrain(hosts, requestContext, input, true),
    resumeHost: async (requestContext, input) => changeDrain(hosts, requestContext, input, false),
    checkHost: (requestContext, input) => checkHost(hosts, requestContext, input),
    releaseHost: async (requestContext, input) => releaseHost(hosts, requestContext, input),
    declareHostGone: async (requestContext, input) => declareHostGone(hosts, requestContext, input),
  } satisfies Partial<AdminPort>;
}

function findHosts(farm: FakeFarm) {
  const attemptsOn = (name: string): Held[] =>
    [...farm.records.values()].flatMap((job) =>
      job.attempts.filter(({ host }) => host === name).map((attempt) => ({ job, attempt })),
    );
  return {
    unprovenOn: (name: string) =>
      attemptsOn(name).filter(
        ({ attempt }) => attempt.confirmedAt === null && attempt.declaration === null,
      ),
    shown(host: WireHost): WireHost {
      const held = attemptsOn(host.name);
      const openAttempts = openAttemptsOf(held.map(({ attempt }) => attempt)).length;
      const asked = [...farm.records.values()].filter(({ job }) => job.stopRequest !== null);
      const mayRun = asked.flatMap((job) => mayRunOf(farm.wire(job)).map((one) => one.host));
      const running = held.filter(
        ({ job, attempt }) => asked.includes(job) && attempt.outcome === null,
      );
      const openStops = mayRun.filter((name) => name === host.name).length + running.length;
      return { ...host, openAttempts, openStops };
    },
    find(name: string) {
      const index = farm.hosts.findIndex((host) => host.name === name);
      const host = farm.hosts[index];
      if (host === undefined) throw refuse('host_not_found', `No host is named ${name}.`, { name });
      return { index, host };
    },
  };
}

const isHeard = ({ state }: WireHost) => state !== 'silent' && state !== 'stopped';

async function checkHost(
  { farm, now, record, find, shown }: FakeHosts,
  requestContext: RequestContext,
  { name, waitMs, signal }: Parameters<AdminPort['checkHost']>[1],
) {
  const { index, host } = find(name);
  if (!isHeard(host)) throw refuse('host_not_heard');
  const values = { host: name, problem: host.problem };
  record(requestContext, 'checkHost', { before: values, after: values });
  const checkAsked = { by: requestContext.actor.name, at: now().toISOString() };
  const from = farm.hostChanges.length;
  farm.hosts[index] = { ...host, checkAsked };
  farm.tellHost(name);
  const timeout = AbortSignal.timeout(waitMs);
  const over = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
  const isAnswered = (one: WireHost) => one.name === name && one.checkAsked === null;
  for await (const change of farm.signal.follow(farm.hostChanges, from, over))
    if (isAnswered(change)) break;
  const after = find(name).host;
  return { host: shown(after), finished: isAnswered(after) };
}

function changeDrain(
  { farm, now, record, find, shown }: FakeHosts,
  requestContext: RequestContext,
  { name, reason = '' }: { readonly name: string; readonly reason?: string | undefined },
  drained: boolean,
) {
  const { index, host } = find(name);
  const changed = (host.drain !== null) !== drained;
  const given = reason === '' ? null : reason;
  record(requestContext, drained ? 'drainHost' : 'resumeHost', {
    outcome: changed ? 'done' : 'noop',
    reason: given,
    before: { host: name, drained: host.drain !== null },
    after: { host: name, drained },
  });
  if (changed) {
    const { state, jobs, problem } = host;
    const silent = state === 'silent';
    const by = requestContext.actor.name;
    farm.hosts[index] = {
      ...host,
      drain: drained ? { by, at: now().toISOString(), reason: given } : null,
      state: decideHostState({
        ...{ stopped: state === 'stopped', silent, ending: state === 'ending', drained },
        ...{ jobs: jobs.length, problem },
      }),
    };
    farm.tellHost(name);
  }
  return { host: shown(farm.hosts[index] ?? host), changed };
}

function listAttempts(farm: FakeFarm, from: number, to: number): WireAttemptOfHost[] {
  return [...farm.records.values()].flatMap(({ job, attempts }) =>
    attempts
      .filter(({ endedAt, startedAt }) =>
        endedAt === null ? +startedAt < to : +endedAt >= from && +endedAt < to,
      )
      .map(({ number, host, outcome, confirmedAt, startedAt, endedAt }) => ({
        ...{ jobId: job.id, number, name: job.name, host },
        state: decideAttemptState({ outcome, isProven: confirmedAt !== null }),
        from: startedAt.toISOString(),
        to: endedAt?.toISOString() ?? null,
      })),
  );
}

function releaseHost(
  { farm, now, record, find, shown, unprovenOn }: FakeHosts,
  requestContext: RequestContext,
  { name, reason }: { readonly name: string; readonly reason: string },
) {
  const { index, host } = find(name);
  const decision = decideHandOver({
    name,
    lastHeardAt: new Date(host.lastHeardAt),
    isHeard: isHeard(host),
    isHandedOver: host.released !== null,
  });
  if (!decision.ok) throw refusalOf(decision.rejection);
  const openAttempts = unprovenOn(name).length;
  record(requestContext, 'releaseHost', {
    outcome: decision.noop ? 'noop' : 'done',
    reason,
    before: { host: name, hostId: host.hostId, openAttempts },
    after: { host: name, hostId: null, openAttempts },
  });
  const by = requestContext.actor.name;
  const released = decision.noop ? host.released : { by, at: now().toISOString() };
  for (const { job, attempt } of decision.noop ? [] : unprovenOn(name)) {
    attempt.problem = explainHandedOver(host, by, reason);
    farm.save(job, { ...job.job, version: job.job.version + 1 }, 'releaseHost', by);
  }
  farm.hosts[index] = { ...host, released };
  farm.tellHost(name);
  return { host: shown(farm.hosts[index]) };
}

function declareHostGone(
  hosts: FakeHosts,
  requestContext: RequestContext,
  { name, reason }: { readonly name: string; readonly reason: string },
) {
  const { farm, now, record, find, shown, unprovenOn } = hosts;
  const { index, host } = find(name);
  const unproven = unprovenOn(name);
  const decision = decideDeclareGone(
    {
      name,
      hostId: null,
      lastHeardAt: new Date(host.lastHeardAt),
      isHeard: isHeard(host),
      isGone: host.gone !== null,
    },
    unproven.map(({ attempt: { id, outcome, problem } }) => ({
      ...{ id, hostId: null, holdsJob: outcome === null, problem },
    })),
  );
  if (!decision.ok) throw refusalOf(decision.rejection);
  const by = requestContext.actor.name;
  const chosen = unproven.filter(({ attempt }) => decision.attemptIds.includes(attempt.id));
  const declared = declareAttempts(hosts, chosen, by, reason);
  const openAttempts = unproven.length;
  record(requestContext, 'declareHostGone', {
    outcome: decision.noop ? 'noop' : 'done',
    reason,
    before: { host: name, openAttempts },
    after: {
      host: name,
      openAttempts: openAttempts - declared.length,
      declared: declared.map(({ jobId, number }) => `${jobId} attempt ${number}`).join(', '),
    },
  });
  if (decision.hostIsGone && !decision.noop) {
    farm.hosts[index] = { ...host, gone: { by, at: now().toISOString(), reason } };
  }
  farm.tellHost(name);
  return { host: shown(farm.hosts[index] ?? host), declared };
}

function declareAttempts(
  { farm, now }: FakeHosts,
  held: readonly Held[],
  by: string,
  reason: string,
) {
  return held.map(({ job, attempt }) => {
    attempt.declaration = { by, at: now(), reason };
    farm.save(job, { ...job.job, version: job.job.version + 1 }, 'declareHostGone', by);
    return { jobId: job.job.id, number: attempt.number };
  });
}
