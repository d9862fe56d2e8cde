/*
 * A host without a machine: the loops of the real daemon, so its statements, connections and rhythm
 * are those of a worker. Only these parts are played:
 *
 * 1. The facts of the host. Each host has an identity of its own, although many are in one process.
 * 2. The checks of disk, folders, renderer and processes, which use no database (PlayedHealth).
 * 3. The journal, which is in memory instead of on a disk.
 * 4. Attempts, which render nothing (played-attempt.ts).
 */
import { randomUUID } from 'node:crypto';
import { NEW_RECORD, VERSION } from '@renderdeck/domain';
import {
  findOpenTreeMarkers,
  findUnconfirmedAttempts,
  registerHost,
  type WorkerContext,
} from '@renderdeck/operations';
import type { HostJournal } from '@renderdeck/render-host';
import { logError, type Store } from '@renderdeck/store/connect';
import { type Logger, pino } from 'pino';
import { Journal } from '../../src/attempt/journal.ts';
import { RunningAttempts } from '../../src/attempt/running-attempts.ts';
import { type WorkerConfig, workerConfig } from '../../src/config.ts';
import { startClaiming } from '../../src/daemon/daemon.ts';
import { HostChecker } from '../../src/host/host-checker.ts';
import { HostHealth } from '../../src/host/host-health.ts';
import { sendJournal } from '../../src/loops/journal-loop.ts';
import { leaseLoop } from '../../src/loops/lease-loop.ts';
import { openRenderConnection, openStore } from '../../src/open-store.ts';
import { OutageLog } from '../../src/outage-log.ts';
import { retryStart } from '../../src/retry-until-deadline.ts';
import type { Worker } from '../../src/worker.ts';
import { type PlayedAttempts, playAttempts } from './played-attempt.ts';

export type PlayedHostOptions = PlayedAttempts & {
  /** The settings of a worker. The scratch root must be an empty folder. */
  readonly env: Readonly<Record<string, string>>;
  /** Gets each line of its log: warnings and errors. */
  onLogged(line: string): void;
};

export type PlayedHost = {
  /** Gives its jobs back, signs off and closes its connections. */
  end(): Promise<void>;
};

const MOST_STARTS = 10;

/** A daemon that cannot start ends after ten seconds, and what keeps it starts it again. */
async function openAgain(config: WorkerConfig, log: Logger): Promise<Store> {
  for (let start = 1; ; start += 1) {
    const opened = await openStore(config, log);
    if ('store' in opened) return opened.store;
    if (start === MOST_STARTS) throw new Error(opened.problem);
  }
}

/** Starts a host. Resolves when it claims jobs. */
export async function startPlayedHost(options: PlayedHostOptions): Promise<PlayedHost> {
  const read = workerConfig(options.env);
  if (!read.ok) throw new Error(read.sentences.join(' '));
  const { config } = read;
  const log = pino(
    { level: 'warn', base: { host: config.name }, serializers: { err: logError } },
    { write: options.onLogged },
  );
  const store = await openAgain(config, log);
  const worker = await playWorker(config, store, log);
  const health = new PlayedHealth(null, worker.hostChecker);
  const end = new AbortController();
  const start = (what: string, work: () => Promise<unknown>) =>
    retryStart(what, worker, end.signal, work);
  await start('registration', () => register(worker));
  const lease = leaseLoop(worker, health, () => register(worker));
  const endOrphans = () => lookForOrphans(worker);
  await start('journal', () => sendJournal(worker));
  await start('orphans', endOrphans);
  const daemon = await startClaiming(worker, health, end.signal, {
    ...{ lease, endOrphans },
    afterCheck: async () => undefined,
    runOne: playAttempts(options),
  });
  return {
    async end() {
      end.abort();
      await daemon.shutDown({ stop: end.signal, skipGrace: end.signal });
      await store.close();
    },
  };
}

async function playWorker(
  config: WorkerConfig,
  store: Worker['store'],
  log: Logger,
): Promise<Worker> {
  const identity = {
    ...{ hostId: randomUUID(), bootId: randomUUID() },
    ...{ machineId: null, hardwareId: null, pidNamespace: null },
  };
  const context: WorkerContext = {
    ...{ db: store.db, host: config.name, identity, workerId: randomUUID() },
  };
  const renderConnection = openRenderConnection(store);
  return {
    ...{ config, renderUser: null, context, store, renderConnection, log, cache: null },
    tracer: null,
    outage: new OutageLog(),
    attemptContext: { ...context, db: renderConnection.changes },
    listener:
      config.listenUrl === null
        ? null
        : store.listener((error) => log.error({ err: error }, 'listener failed')),
    attempts: new RunningAttempts(),
    farm: { hosts: 0 },
    journal: await Journal.over(keepInMemory(), log),
    hostChecker: new HostChecker({
      ...{ name: config.name, log, record: NEW_RECORD },
      saveRecord: async () => undefined,
      check: async () => [],
      findAsked: async () => null,
      report: async () => undefined,
    }),
    checkTrees: { treeMarker: null, endEarlier: async () => undefined },
    shutdownDeadline: new AbortController(),
  };
}

/** A host that is always well. */
class PlayedHealth extends HostHealth {
  override async check(): Promise<void> {}

  override async checkDisk(): Promise<number> {
    return Number.MAX_SAFE_INTEGER;
  }

  override async findUnclaimedProcesses({ context }: Pick<Worker, 'context'>): Promise<void> {
    const { db, host, identity } = context;
    await findOpenTreeMarkers(db, { host, hostId: identity.hostId });
  }
}

/** No process of an attempt can be left, so only the statements are the daemon's. */
async function lookForOrphans({ context }: Worker): Promise<void> {
  const { db, host, identity, workerId } = context;
  await findUnconfirmedAttempts(db, { host, hostId: identity.hostId, workerId });
  await findOpenTreeMarkers(db, { host, hostId: identity.hostId });
}

async function register({ config, context }: Worker): Promise<void> {
  const registered = await registerHost(context, {
    facts: {
      ...{ bootId: context.identity.bootId, pid: process.pid, startToken: context.workerId },
      ...{ slots: config.slots, tags: [...config.tags], version: VERSION, leaseMs: config.leaseMs },
      ...{ platform: 'played', renderer: 'played', standIn: true, container: 'none' },
      ...{ session: null, renderUser: null, preparation: null, killTest: null },
    },
    uptimeMs: 60_000,
  });
  if (!registered.ok) throw new Error(`${context.host}: ${registered.rejection.code}`);
}

function keepInMemory(): HostJournal {
  const texts = new Map<string, string>();
  return {
    async write(attemptId, value) {
      texts.set(attemptId, JSON.stringify(value));
    },
    list: async () => [...texts.keys()],
    read: async (attemptId) => JSON.parse(texts.get(attemptId) ?? 'null') ?? undefined,
    async remove(attemptId) {
      texts.delete(attemptId);
    },
  };
}
