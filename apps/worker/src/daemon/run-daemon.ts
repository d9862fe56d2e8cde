import { randomUUID } from 'node:crypto';
import { type HostIdentity, VERSION } from '@renderdeck/domain';
import {
  findRenderUser,
  type HeldLock,
  letUsersPass,
  lockHost,
  type RenderUser,
  readHostIdentity,
} from '@renderdeck/render-host';
import { logError, type Store } from '@renderdeck/store/connect';
import { openTracer } from '@renderdeck/tracing';
import { destination, pino } from 'pino';
import { Journal } from '../attempt/journal.ts';
import { RunningAttempts } from '../attempt/running-attempts.ts';
import type { WorkerConfig } from '../config.ts';
import { errorMessage } from '../error-message.ts';
import { openCache } from '../host/open-cache.ts';
import { openHostChecker } from '../host/open-host-checker.ts';
import { openRenderConnection, openStore } from '../open-store.ts';
import { OutageLog } from '../outage-log.ts';
import { removeEarlierCopies } from '../own-copy.ts';
import type { Worker } from '../worker.ts';
import { startDaemon } from './daemon.ts';
import { followEndRequests } from './daemon-files.ts';
import { EndRequest, explainFailure, listenForEnd, listenForFailures } from './end-request.ts';

/**
 * Runs the daemon until a signal comes, its starter ends, or another daemon takes its name. Returns
 * a sentence when it cannot start, null when it ran.
 */
export async function runDaemon(config: WorkerConfig): Promise<string | null> {
  const output = destination(1);
  // After a closed terminal or on a full disk, renders and the end in order go on without a log.
  output.on('error', () => undefined);
  const outage = new OutageLog();
  const log = pino(
    {
      ...{ level: config.logLevel, base: { host: config.name }, serializers: { err: logError } },
      hooks: { logMethod: outage.logMethod },
    },
    output,
  );
  const lock = await lockHost(config.scratchRoot).catch((error: unknown) => ({
    problem: errorMessage(error),
  }));
  if ('problem' in lock) return lock.problem;
  if ('heldBy' in lock) {
    return (
      `Another worker (process ${lock.heldBy ?? 'unknown'}) uses the scratch root ` +
      `${config.scratchRoot}; ` +
      'stop it, or set RENDERDECK_SCRATCH_ROOT to a folder of its own.'
    );
  }
  await removeEarlierCopies(config.scratchRoot).catch((error: unknown) =>
    log.error({ err: error }, 'copies of earlier versions of this program remain'),
  );
  const opened = await openHost(config, lock, log);
  if ('problem' in opened) {
    await lock.release();
    return opened.problem;
  }
  // Before the start, so that a signal during the start shuts the daemon down in order, too.
  const end = new EndRequest();
  listenForEnd(end);
  listenForFailures(end, log);
  const { store } = opened;
  const problem = await runOpened({ config, log, outage, ...opened }, end).catch(
    (error: unknown) => {
      // A condition of the database that lasted until the request to end is no failure.
      if (end.demand !== null && end.failure === null) return null;
      log.fatal({ err: error }, 'this worker could not start or end in order');
      return explainFailure(error);
    },
  );
  await store.close();
  await lock.release();
  if (problem !== null || end.failure !== null) return problem ?? end.failure;
  log.info('worker ended');
  if (process.connected) process.disconnect();
  return null;
}

type Opened = {
  readonly store: Store;
  readonly identity: HostIdentity;
  readonly renderUser: RenderUser | null;
};

/** Runs the daemon of an opened host. Returns a sentence when this host may not use its name. */
async function runOpened(
  {
    config,
    log,
    outage,
    store,
    identity,
    renderUser,
  }: Opened & Pick<Worker, 'config' | 'log' | 'outage'>,
  end: EndRequest,
): Promise<string | null> {
  const journal = await Journal.open(config.scratchRoot, log);
  const context = { db: store.db, host: config.name, identity, workerId: randomUUID() };
  const shutdownDeadline = new AbortController();
  const host = { config, renderUser, context, log, outage, shutdownDeadline };
  const renderConnection = openRenderConnection(store);
  const { tracesTo: endpoint } = config;
  const tracer = await openTracer({ name: 'renderdeck-worker', version: VERSION, endpoint });
  const worker = {
    ...host,
    tracer,
    attemptContext: { ...context, db: renderConnection.changes },
    store,
    renderConnection,
    listener:
      config.listenUrl === null
        ? null
        : store.listener((error) => outage.report(log, error, 'listener failed')),
    attempts: new RunningAttempts(),
    farm: { hosts: 0 },
    journal,
    cache: await openCache(config, log),
    ...(await openHostChecker(host)),
  };
  const follower = await followEndRequests(worker, end);
  let givenBack = 0;
  try {
    const daemon = await startDaemon(worker, end);
    if ('refused' in daemon) return daemon.refused;
    if (process.connected) process.send?.({ ready: config.name });
    log.info({ why: await end.requested, demand: end.demand }, 'worker ends');
    givenBack = await daemon.shutDown(end);
    return null;
  } finally {
    await follower.reportEnd(givenBack);
    await tracer?.close();
  }
}

/**
 * Reads the identity of this host and the user that renders, and connects to the database. Returns
 * a sentence that says what to do when that fails.
 */
async function openHost(
  config: WorkerConfig,
  lock: HeldLock,
  log: Worker['log'],
): Promise<Opened | { readonly problem: string }> {
  const renderUser = config.renderUser === null ? null : await findRenderUser(config.renderUser);
  if (renderUser !== null && 'problem' in renderUser) return renderUser;
  if (renderUser !== null) {
    const problem = await letUsersPass(config.scratchRoot).then(() => null, errorMessage);
    if (problem !== null) return { problem };
  }
  const identity = await readHostIdentity(lock).catch((error: unknown) => ({
    problem: errorMessage(error),
  }));
  if ('problem' in identity) return identity;
  const opened = await openStore(config, log);
  return 'problem' in opened ? opened : { ...opened, identity, renderUser };
}
