/*
 * The whole farm on this machine. Each program is a separate process. The programs start in this
 * order and stop in the reverse order:
 * 1. PostgreSQL, unless DATABASE_URL names another one
 * 2. the migrations, which end before the API starts
 * 3. the API
 * 4. one worker
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startLocalPostgres } from '@renderdeck/local-postgres';
import { migrate } from '@renderdeck/store/migrate';
import type { StandaloneConfig } from './config.ts';
import { type FarmFolders, programsOf } from './farm-programs.ts';
import type { FirstAdmin } from './first-admin.ts';
import { keepRunning, type RunningProgram } from './keep-running.ts';

export type { FarmFolders } from './farm-programs.ts';
export type Farm = {
  readonly url: string;
  /** Set if this start created the first admin. */
  readonly firstAdmin: FirstAdmin | null;
  readonly folders: FarmFolders;
  /** The worker that runs now. A restarted worker is another process. */
  worker(): { readonly pid: number };
  /**
   * Resolves with how a program ended that nobody stopped. Never resolves if ended programs are
   * started again.
   */
  readonly broken: Promise<string>;
  stop(): Promise<void>;
};
export type FarmOptions = {
  /** The stand-in renders. Its samples and outputs are in the data folder. */
  readonly standIn: boolean;
  /**
   * PostgreSQL does not sync and is removed at the end. A program that ends by itself breaks the
   * farm.
   */
  readonly throwAway: boolean;
  /**
   * Whether a database from before the first release is accepted too (bring-over.ts in the store).
   */
  readonly bringOver?: boolean | undefined;
  /** A lock that the API and the worker hold while they run (own-folder.ts). */
  readonly programsLock?: number | null;
};
type Kept<P extends RunningProgram = RunningProgram> = { current(): P; stop(): Promise<void> };
type Keep = <P extends RunningProgram>(
  name: string,
  first: P,
  startAgain: () => Promise<P>,
) => Kept<P>;

/**
 * Starts all programs. If one fails, stops the others and throws a sentence that says what to do.
 */
export async function startFarm(
  config: StandaloneConfig,
  options: FarmOptions,
  log: (line: string) => void,
): Promise<Farm> {
  const kept: Kept[] = [];
  const ends: Promise<string>[] = [];
  const keep: Keep = (name, first, startAgain) => {
    // The tour and the tests must see at once that a program ended, so nothing restarts it.
    const program = options.throwAway
      ? { current: () => first, stop: () => first.stop() }
      : keepRunning(name, first, startAgain, log);
    if (options.throwAway) ends.push(first.ended.then((why) => `The ${name} ended. ${why}`));
    kept.push(program);
    return program;
  };
  let stopping = false;
  const stop = async () => {
    stopping = true;
    for (const program of kept.splice(0).reverse()) await program.stop();
  };
  try {
    await mkdir(config.dataDir, { recursive: true, mode: 0o711 });
    const databaseUrl = config.databaseUrl ?? (await startDatabase(config, options, keep, log));
    await migrate(databaseUrl, undefined, { bringOver: options.bringOver });
    const programs = await programsOf(config, options, databaseUrl);
    log('Starting the API and one worker…');
    const api = await programs.startApi(config.port);
    keep('API', api, () => programs.startApi(Number(new URL(api.url).port)));
    const worker = keep('worker', await programs.startWorker(), programs.startWorker);
    const broken = Promise.race(ends).then((sentence) =>
      // While the farm stops, its programs end as planned. So this promise must not resolve then.
      stopping ? new Promise<string>(() => undefined) : sentence,
    );
    const { folders } = programs;
    const { url, firstAdmin } = api;
    return { url, firstAdmin, folders, worker: worker.current, broken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startDatabase(
  { dataDir }: StandaloneConfig,
  { throwAway, programsLock = null }: FarmOptions,
  keep: Keep,
  log: (line: string) => void,
): Promise<string> {
  log('Starting PostgreSQL…');
  const postgres = await startLocalPostgres({
    dataDir: join(dataDir, 'postgres'),
    throwAway,
    isLocked: programsLock !== null,
    onFetch: log,
  });
  const program = () => ({ ended: postgres.ended(), stop: postgres.stop });
  keep('local PostgreSQL', program(), async () => {
    await postgres.startAgain();
    return program();
  });
  return postgres.url();
}
