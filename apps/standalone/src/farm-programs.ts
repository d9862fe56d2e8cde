import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installStandIn } from '@renderdeck/aerender-stand-in';
import { writeDurably } from '@renderdeck/render-host/this-machine';
import { type Environment, isCheckout } from '@renderdeck/settings';
import { z } from 'zod';
import type { StandaloneConfig } from './config.ts';
import { type FirstAdmin, keepFirstAdmin } from './first-admin.ts';
import { type Program, startProgram } from './program.ts';

export type FarmFolders = {
  readonly samples: string;
  readonly output: string;
  readonly scratch: string;
  readonly log: string;
};
export type Api = Program & {
  readonly url: string;
  /** Set if this start of the API created the first admin. */
  readonly firstAdmin: FirstAdmin | null;
};
type ProgramOptions = {
  readonly standIn: boolean;
  readonly programsLock?: number | null;
};

const SOURCES = {
  api: new URL('../../api/src/main.ts', import.meta.url),
  worker: new URL('../../worker/src/main.ts', import.meta.url),
} as const;
type Name = keyof typeof SOURCES;

const listening = z.object({ listening: z.string(), madeAdmin: z.string().nullable() });

/**
 * Prepares the API and the worker of this farm, which can then be started any number of times. In a
 * checkout both are bundled now, so a program that is started again stays the same if the sources
 * change.
 */
export async function programsOf(
  config: StandaloneConfig,
  { standIn, programsLock = null }: ProgramOptions,
  databaseUrl: string,
): Promise<{
  readonly folders: FarmFolders;
  startApi(port: number): Promise<Api>;
  startWorker(): Promise<Program>;
}> {
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
  const password = config.adminPassword ?? (await keepFirstAdmin(dataDir, config.adminUser));
  const apiEnv = {
    ...env,
    HOST: config.host,
    RENDERDECK_SESSION_SECRET:
      config.sessionSecret ?? (await keepSecret(dataDir, 'session-secret')),
    RENDERDECK_ADMIN_USER: config.adminUser,
    RENDERDECK_ADMIN_PASSWORD: password,
  };
  const [api, worker] = await Promise.all([
    prepareProgram('api', dataDir),
    prepareProgram('worker', dataDir),
  ]);
  const startProgramOf = (name: Name, variables: Environment) =>
    startProgram(name, { api, worker }[name], variables, folders.log, programsLock);
  return {
    folders,
    async startApi(port) {
      const variables = { ...apiEnv, PORT: String(port) };
      const { program, message } = await startProgramOf('api', variables);
      const { listening: url, madeAdmin } = listening.parse(message);
      const firstAdmin = madeAdmin === null ? null : { name: madeAdmin, password };
      return { ...program, url, firstAdmin };
    },
    startWorker: async () => (await startProgramOf('worker', env)).program,
  };
}

/** Returns the file of a program as plain JavaScript. In an npm package it is that already. */
async function prepareProgram(name: Name, dataDir: string): Promise<string> {
  if (!isCheckout) return fileURLToPath(SOURCES[name]);
  const file = join(dataDir, 'programs', `${name}.mjs`);
  const { bundleProgram } = await import('@renderdeck/program-bundle');
  await bundleProgram(`apps/${name}/src/main.ts`, file);
  return file;
}

/** The worker renders with these settings. The API uses the same roots to refuse jobs. */
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
    RENDERDECK_SERVE_OUTPUTS: inherited.RENDERDECK_SERVE_OUTPUTS ?? folders.output,
    // The samples use all priorities, but the demo's token has only the role submitter.
    RENDERDECK_SUBMIT_PRIORITY_MAX: inherited.RENDERDECK_SUBMIT_PRIORITY_MAX ?? '100',
  };
}

const SHORTEST = 32;

/** Creates a random secret once, in a file that only this user can read. */
async function keepSecret(dataDir: string, name: string): Promise<string> {
  const kept = (await readFile(join(dataDir, name), 'utf8').catch(() => '')).trim();
  if (kept.length >= SHORTEST) return kept;
  const made = randomBytes(36).toString('base64url');
  await writeDurably(dataDir, name, made);
  return made;
}
