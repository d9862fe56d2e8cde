/*
 * The whole farm on this machine. Each part is a process of its own; they start in this order and
 * stop in the reverse one:
 * 1. PostgreSQL, unless DATABASE_URL names another
 * 2. the migrations
 * 3. the API
 * 4. one worker
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { installStandIn } from '@renderdeck/aerender-stand-in';
import { startLocalPostgres } from '@renderdeck/local-postgres';
import type { Environment } from '@renderdeck/settings';
import { migrate } from '@renderdeck/store/migrate';
import { z } from 'zod';
import type { StandaloneConfig } from './config.ts';
import { type Program, startProgram } from './program.ts';

export type Farm = {
  readonly url: string;
  /** Set where this start made the first admin: the only time that its password is known. */
  readonly firstAdmin: { readonly name: string; readonly password: string } | null;
  readonly folders: FarmFolders;
  readonly worker: Program;
  /** Resolves when a program ends that nobody stopped, with the last lines of its log. */
  readonly broken: Promise<string>;
  stop(): Promise<void>;
};
export type FarmFolders = {
  readonly samples: string;
  readonly output: string;
  readonly scratch: string;
  readonly log: string;
};
export type FarmOptions = {
  /** The stand-in renders, and its samples and outputs lie in the data folder. */
  readonly standIn: boolean;
  /** PostgreSQL syncs nothing and is removed at the end. */
  readonly throwAway: boolean;
};

const listening = z.object({ listening: z.string(), madeAdmin: z.string().nullable() });

/** Starts everything, or stops what it had started and throws a sentence that says what to do. */
export async function startFarm(
  config: StandaloneConfig,
  options: FarmOptions,
  log: (line: string) => void,
): Promise<Farm> {
  const stops: (() => Promise<void>)[] = [];
  let stopping = false;
  const stop = async () => {
    stopping = true;
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    await mkdir(config.dataDir, { recursive: true, mode: 0o711 });
    const databaseUrl = config.databaseUrl ?? (await startDatabase(config, options, stops, log));
    await migrate(databaseUrl);
    const farm = await startPrograms(config, options, databaseUrl, stops, log);
    const broken = Promise.race(
      [farm.api, farm.worker].map(async ({ name, ended }) => {
        const lastLines = await ended;
        // A program that was stopped is not broken: this never resolves then.
        if (stopping) return await new Promise<string>(() => undefined);
        return `The ${name} ended unexpectedly. ${lastLines}`;
      }),
    );
    return { ...farm, broken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startDatabase(
  { dataDir }: StandaloneConfig,
  { throwAway }: FarmOptions,
  stops: (() => Promise<void>)[],
  log: (line: string) => void,
): Promise<string> {
  log('Starting PostgreSQL…');
  const postgres = await startLocalPostgres({ dataDir: join(dataDir, 'postgres'), throwAway });
  stops.push(postgres.stop);
  return postgres.url();
}

async function startPrograms(
  config: StandaloneConfig,
  { standIn }: FarmOptions,
  databaseUrl: string,
  stops: (() => Promise<void>)[],
  log: (line: string) => void,
): Promise<Omit<Farm, 'broken' | 'stop'> & { readonly api: Program }> {
  const { dataDir } = config;
  const folders = {
    samples: join(dataDir, 'samples'),
    output: join(dataDir, 'output'),
    scratch: join(dataDir, 'scratch'),
    log: join(dataDir, 'log'),
  };
  const env = {
    ...config.inherited,
    ...(standIn ? await standInSettings(config, folders) : {}),
    DATABASE_URL: databaseUrl,
    RENDERDECK_DATA_DIR: dataDir,
  };
  const password = config.adminPassword ?? randomBytes(12).toString('base64url');
  const apiEnv = {
    ...env,
    HOST: config.host,
    PORT: String(config.port),
    RENDERDECK_SESSION_SECRET:
      config.sessionSecret ?? (await keepSecret(join(dataDir, 'session-secret'))),
    RENDERDECK_ADMIN_USER: config.adminUser,
    RENDERDECK_ADMIN_PASSWORD: password,
  };

  log('Starting the API and one worker…');
  const api = await startProgram('api', 'apps/api/src/main.ts', apiEnv, folders.log);
  stops.push(api.program.stop);
  const { listening: url, madeAdmin } = listening.parse(api.message);
  const worker = await startProgram('worker', 'apps/worker/src/main.ts', env, folders.log);
  stops.push(worker.program.stop);
  return {
    url,
    firstAdmin: madeAdmin === null ? null : { name: madeAdmin, password },
    folders,
    api: api.program,
    worker: worker.program,
  };
}

/** For the worker, which renders, and for the API, which refuses by the same roots. */
async function standInSettings(
  { dataDir, inherited }: StandaloneConfig,
  folders: FarmFolders,
): Promise<Environment> {
  const [{ aerender }] = await Promise.all([
    installStandIn(join(dataDir, 'stand-in')),
    mkdir(folders.samples, { recursive: true }),
    mkdir(folders.output, { recursive: true }),
  ]);
  const { RENDERDECK_ASSET_ROOTS: assets, RENDERDECK_OUTPUT_ROOTS: outputs } = inherited;
  const joinRoots = (own: string, more = '') => (more === '' ? own : `${own}${delimiter}${more}`);
  return {
    RENDERDECK_AERENDER: aerender,
    RENDERDECK_ASSET_ROOTS: joinRoots(folders.samples, assets),
    RENDERDECK_OUTPUT_ROOTS: joinRoots(folders.output, outputs),
  };
}

/** A random secret that is made once and that only this user can read. */
async function keepSecret(path: string): Promise<string> {
  const kept = await readFile(path, 'utf8').catch(() => null);
  if (kept !== null && kept.length >= 32) return kept;
  const made = randomBytes(36).toString('base64url');
  await writeFile(path, made, { mode: 0o600 });
  return made;
}
