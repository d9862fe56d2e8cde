import type { HostFinding } from '@renderdeck/domain';
import {
  explainCache,
  explainReach,
  findFfmpeg,
  findOwner,
  findSilentFolder,
  freeBytes,
  listLoaded,
  tryToRead,
  tryToWrite,
} from '@renderdeck/render-host';
import { errorMessage } from '../../error-message.ts';
import { done, ok, type Preparing, todo, unknown } from './preparing.ts';

const ANSWERS_WITHIN_MS = 5000;
/** After Effects and its plug-ins open no file whose path has more than 259 characters. */
const LONGEST_ROOT = 150;
const ENCODE = '@nexrender/action-encode';

/** Examines the folders that renders use: their rights, their names, and the disk. */
export async function findPlaces(host: Preparing): Promise<readonly HostFinding[]> {
  const { assetRoots, outputRoots } = host.config;
  return [
    ...(await findScratch(host)),
    await findRoots(host, 'asset roots', 'RENDERDECK_ASSET_ROOTS', assetRoots),
    await findRoots(host, 'output roots', 'RENDERDECK_OUTPUT_ROOTS', outputRoots),
    ...(await findReach(host)),
  ];
}

async function findScratch(host: Preparing): Promise<readonly HostFinding[]> {
  const { config, system, isDryRun } = host;
  const { scratchRoot, minFreeBytes } = config;
  const [name, disk] = ['scratch root', 'disk'];
  const isMissing = (await system.listNames(scratchRoot)) === null;
  if (isMissing && isDryRun)
    return [
      todo(
        name,
        `There is no folder ${scratchRoot}, or it cannot be read. Without --dry-run it is made.`,
      ),
    ];
  try {
    const free = await freeBytes(scratchRoot);
    const text = `${Math.round(free / 1_000_000)} MB are free on the disk of ${scratchRoot}`;
    const low = `${text}, less than RENDERDECK_MIN_FREE_MB=${minFreeBytes / 1_000_000}. Free some.`;
    return [
      await describeScratch(host, isMissing),
      free < minFreeBytes ? todo(disk, low) : ok(disk, `${text}.`),
      ...(await findCache(config, free)),
    ];
  } catch (error) {
    return [todo(name, errorMessage(error))];
  }
}

/** Whether the cache of downloaded sources can be used, if there is one. */
async function findCache(
  { scratchRoot, cacheBytes }: Preparing['config'],
  free: number,
): Promise<readonly HostFinding[]> {
  if (cacheBytes === 0) return [];
  const name = 'cache';
  const why = await explainCache(scratchRoot);
  if (why !== null) return [todo(name, `The cache of ${scratchRoot} ${why}.`)];
  const set = `RENDERDECK_CACHE_GB=${cacheBytes / 1e9}`;
  if (free < cacheBytes)
    return [
      unknown(
        name,
        `${set} is more than the ${Math.round(free / 1e9)} GB that are free on the disk of ` +
          `${scratchRoot}. A full cache gives way to renders.`,
      ),
    ];
  return [ok(name, `${set}: the disk of ${scratchRoot} has the space.`)];
}

async function describeScratch(
  { config: { scratchRoot }, system, isDryRun }: Preparing,
  wasMissing: boolean,
): Promise<HostFinding> {
  const name = 'scratch root';
  const problem = await tryToWrite(scratchRoot, isDryRun);
  if (problem !== null)
    return todo(
      name,
      `${system.user} may not write into ${scratchRoot} (${problem}). Give the folder to the ` +
        'user that runs the worker.',
    );
  if (system.windows?.isMappedDrive(scratchRoot))
    return todo(name, `${scratchRoot} is on a share. Set RENDERDECK_SCRATCH_ROOT to a local disk.`);
  const owner = await findOwner(scratchRoot);
  const whose = owner === null ? '' : ` It belongs to user ${owner}.`;
  if (wasMissing)
    return done(
      name,
      `${scratchRoot} was made.${whose} If another user runs the worker, give it to that user.`,
    );
  return ok(name, `${system.user} may write into ${scratchRoot}.${whose}`);
}

async function findRoots(
  { system, isDryRun, renderUser }: Preparing,
  name: string,
  variable: string,
  roots: readonly string[],
): Promise<HostFinding> {
  const isOutput = variable === 'RENDERDECK_OUTPUT_ROOTS';
  if (roots.length === 0) {
    const what = isOutput ? 'write an output' : 'read a file of this host';
    return unknown(name, `${variable} is not set: no job may ${what}. Set it if jobs need that.`);
  }
  const silent = await findSilentFolder(roots, ANSWERS_WITHIN_MS);
  if (silent !== null)
    return todo(name, `${silent} does not answer. Is the server of that share there?`);
  const problems: string[] = [];
  for (const root of roots) {
    // The rights of the render user are asked as that user, so root makes nothing in the folder.
    const leaveNothing = isDryRun || renderUser !== null;
    const refused = isOutput ? await tryToWrite(root, leaveNothing) : await tryToRead(root);
    const may = isOutput ? 'write into' : 'read';
    if (refused !== null) problems.push(`${system.user} may not ${may} ${root} (${refused}).`);
    if (system.windows?.isMappedDrive(root))
      problems.push(
        `${root} is a mapped drive, which only this session has: set ${variable} to ` +
          'its path \\\\server\\share.',
      );
    if (system.platform === 'win32' && root.length > LONGEST_ROOT)
      problems.push(
        `${root} has ${root.length} characters, and After Effects opens no path of more than ` +
          `259: use a shorter one, of at most ${LONGEST_ROOT}.`,
      );
  }
  if (problems.length > 0) return todo(name, problems.join(' '));
  return ok(name, `${system.user} may ${isOutput ? 'write into' : 'read'} ${roots.join(', ')}.`);
}

/** Examines the places that the render user can reach. Only Linux has a render user. */
async function findReach({ config, renderUser }: Preparing): Promise<readonly HostFinding[]> {
  if (renderUser === null) return [];
  const name = 'render user';
  const places = { ...config, loaderCache: null, loaded: listLoaded(config) };
  const why = await explainReach(renderUser, places);
  return [
    why.length > 0
      ? todo(name, why.join(' '))
      : ok(name, `${renderUser.name} can reach what renders need.`),
  ];
}

/** Whether an encoding finds its ffmpeg. */
export async function findEncoder({ config, system }: Preparing): Promise<HostFinding> {
  const name = 'ffmpeg';
  const given = system.readVariable('NEXRENDER_FFMPEG');
  const variables = ['PATH', 'NEXRENDER_FFMPEG'].map((variable) => {
    return [variable, system.readVariable(variable) ?? undefined] as const;
  });
  const ffmpeg = await findFfmpeg(new Map(variables), system.platform);
  if (ffmpeg !== undefined) return ok(name, `Encodings use ${ffmpeg}.`);
  const none = given === null ? 'None is in PATH' : `There is no file ${given}`;
  const step = `${none}. Install ffmpeg and set NEXRENDER_FFMPEG to the path of its program.`;
  return config.actions.includes(ENCODE)
    ? todo(
        name,
        `${step} Without it every job with ${ENCODE} fails; or leave that out of ` +
          'RENDERDECK_ACTIONS.',
      )
    : ok(name, `${none}. A job with ${ENCODE} would need it; RENDERDECK_ACTIONS allows none.`);
}
