/*
 * The whole farm on this machine, in the order in which it starts; it stops in the reverse one:
 * PostgreSQL (or the one that DATABASE_URL names) → migrations → API → one worker daemon, each a process of its own.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { installStandIn } from '@renderdeck/aerender-stand-in';
import { startLocalPostgres } from '@renderdeck/local-postgres';
import { migrate } from '@renderdeck/store/migrate';
import { z } from 'zod';
import type { StandaloneConfig } from './config.ts';
import { type Program, startProgram } from './program.ts';

export type Farm = {
  readonly url: string;
  /** Set where this start made the first admin: the only time its password is known. */
  readonly firstAdmin: { readonly name: string; readonly password: string } | null;
  readonly folders: FarmFolders;
  readonly worker: Program;
  /** Resolves when one of its programs ends without being asked, with what it said. */
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

/** Starts everything, or stops what it had started and throws the sentence that says what to do. */
export async function startFarm(
  config: StandaloneConfig,
  options: FarmOptions,
  log: (line: string) => void,
): Promise<Farm> {
  const { dataDir } = config;
  const folders = {
    samples: join(dataDir, 'samples'),
    output: join(dataDir, 'output'),
    scratch: join(dataDir, 'scratch'),
    log: join(dataDir, 'log'),
  };
  const stops: (() => Promise<void>)[] = [];
  let stopping = false;
  const stop = async () => {
    stopping = true;
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o711 });
    const databaseUrl = config.databaseUrl ?? (await localDatabase());
    await migrate(databaseUrl);
    const password = config.adminPassword ?? randomBytes(12).toString('base64url');
    const env = {
      ...config.inherited,
      ...(await standInSettings()),
      DATABASE_URL: databaseUrl,
      RENDERDECK_DATA_DIR: dataDir,
    };

    log('Starting the API and one worker…');
    const api = await startProgram(
      'api',
      'apps/api/src/main.ts',
      {
        ...env,
        HOST: config.host,
        PORT: String(config.port),
        RENDERDECK_SESSION_SECRET:
          config.sessionSecret ?? (await keepSecret(join(dataDir, 'session-secret'))),
        RENDERDECK_ADMIN_USER: config.adminUser,
        RENDERDECK_ADMIN_PASSWORD: password,
      },
      folders.log,
    );
    stops.push(api.program.stop);
    const { listening: url, madeAdmin } = listening.parse(api.said);

    const { program: worker } = await startProgram(
      'worker',
      'apps/worker/src/main.ts',
      env,
      folders.log,
    );
    stops.push(worker.stop);

    const broken = Promise.race(
      [api.program, worker].map(async ({ name, ended }) => {
        const said = await ended;
        // Asked to stop, it has ended as it should: this never resolves then.
        return stopping
          ? await new Promise<string>(() => undefined)
          : `The ${name} ended unexpectedly. ${said}`;
      }),
    );
    return {
      url,
      firstAdmin: madeAdmin === null ? null : { name: madeAdmin, password },
      folders,
      worker,
      broken,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }

  async function localDatabase(): Promise<string> {
    log('Starting PostgreSQL…');
    const postgres = await startLocalPostgres({
      dataDir: join(dataDir, 'postgres'),
      throwAway: options.throwAway,
    });
    stops.push(postgres.stop);
    return postgres.url();
  }

  /** For the worker that renders, and for the API, which refuses by the same roots. */
  async function standInSettings(): Promise<Record<string, string>> {
    if (!options.standIn) return {};
    const [{ aerender }] = await Promise.all([
      installStandIn(join(dataDir, 'stand-in')),
      mkdir(folders.samples, { recursive: true }),
      mkdir(folders.output, { recursive: true }),
    ]);
    const { RENDERDECK_ASSET_ROOTS: assets = '', RENDERDECK_OUTPUT_ROOTS: outputs = '' } =
      config.inherited;
    const join2 = (own: string, given: string) =>
      given === '' ? own : `${own}${delimiter}${given}`;
    return {
      RENDERDECK_AERENDER: aerender,
      RENDERDECK_ASSET_ROOTS: join2(folders.samples, assets),
      RENDERDECK_OUTPUT_ROOTS: join2(folders.output, outputs),
    };
  }
}

/** A random secret that is made once and kept for this user's eyes alone. */
async function keepSecret(path: string): Promise<string> {
  const kept = await readFile(path, 'utf8').catch(() => null);
  if (kept !== null && kept.length >= 32) return kept;
  const made = randomBytes(36).toString('base64url');
  await writeFile(path, made, { mode: 0o600 });
  return made;
}
