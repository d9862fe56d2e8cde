import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askAs, asOwnUser, SilentLook } from './looks.ts';
import { type RenderUser, RUNS_WITHIN_MS, runAs } from './render-user.ts';

export type Places = {
  readonly aerender: string | null;
  readonly scratchRoot: string;
  /** Where the worker's TypeScript loader keeps code that the worker runs. Null: it keeps none. */
  readonly loaderCache: string | null;
  /** What every render loads: see `listLoaded`. */
  readonly loaded: readonly string[];
  readonly assetRoots: readonly string[];
  readonly outputRoots: readonly string[];
};

/** What every render of a host loads as code: its presets for encodings and its action modules. */
export function listLoaded(host: {
  readonly presetsFile: string | null;
  readonly actions: readonly string[];
  readonly actionsFolder: string;
}): string[] {
  const modules = [join(host.actionsFolder, 'node_modules'), ...host.actions.filter(isAbsolute)];
  return host.presetsFile === null ? modules : [host.presetsFile, ...modules];
}

/** What `test` checks for a path, and the text for a person when the answer is no. */
type Need = { readonly test: string; readonly path: string; readonly else: string };

const WITHIN_MS = 5000;
const LAUNCHER = fileURLToPath(new URL('./launcher.mjs', import.meta.url));
/** The answer for each user while the kernel does not let that user's killed program end. */
const waiting = new Map<string, string>();

/**
 * Says why renders of this user cannot work on this host, with one sentence for each place; no
 * sentence when they can. The questions run as that user, so the kernel answers them.
 */
export async function explainReach(user: RenderUser, places: Places): Promise<string[]> {
  const silent = waiting.get(user.name);
  if (silent !== undefined) return [silent];
  const ownNeeds = await listOwnNeeds(places);
  if (typeof ownNeeds === 'string') return [ownNeeds];
  const scriptNeeds = await listScriptNeeds(user, places.aerender);
  if (typeof scriptNeeds === 'string') return [scriptNeeds];
  const needs = [...listNeeds(places), ...ownNeeds, ...scriptNeeds];
  const script =
    'while [ $# -gt 0 ]; do test $1 "$2" && echo yes || echo no; shift 2; done; echo done';
  const asked = needs.flatMap(({ test, path }) => [test, path]);
  const { output, late } = await runAs(user, ['/bin/sh', '-c', script, 'sh', ...asked]);
  const answers = output.split('\n');
  if (late !== null) {
    const path = needs[answers.length - 1]?.path ?? 'A program';
    const sentence = `${path} did not answer within ${RUNS_WITHIN_MS / 1000} s.`;
    waiting.set(user.name, sentence);
    void late.then(() => waiting.delete(user.name));
    return [sentence];
  }
  if (answers[needs.length] !== 'done')
    return [`It is not known what ${user.name} can reach on this host: ${output.trim()}`];
  return needs
    .filter((_need, at) => answers[at] !== 'yes')
    .map((need) => `RENDERDECK_RENDER_USER: ${user.name} ${need.else}.`);
}

function listNeeds({
  aerender,
  scratchRoot,
  loaderCache,
  assetRoots,
  outputRoots,
}: Places): Need[] {
  const folderAbove = 'or may not enter a folder above it';
  const needs: Need[] = [process.execPath, LAUNCHER].map((path) => ({
    test: '-r',
    path,
    else: `may not read ${path}, ${folderAbove}: install it where every user may read it`,
  }));
  for (const path of [process.execPath, LAUNCHER, dirname(LAUNCHER)])
    needs.push({
      test: '! -w',
      path,
      else: `may write to ${path}, which the worker runs: give it to root`,
    });
  needs.push({
    test: '-x',
    path: scratchRoot,
    else: `may not enter the scratch root ${scratchRoot}, ${folderAbove} (chmod o+x)`,
  });
  needs.push({
    test: '! -w',
    path: scratchRoot,
    else: `may write into the scratch root ${scratchRoot}, where only the worker may`,
  });
  if (loaderCache !== null)
    needs.push({
      test: '! -w',
      path: loaderCache,
      else:
        `may write into ${loaderCache}, from which the worker loads code of its own: start the ` +
        'worker with TMPDIR set to a folder that only root may write',
    });
  if (aerender !== null)
    needs.push({ test: '-x', path: aerender, else: `may not start ${aerender}, ${folderAbove}` });
  for (const path of assetRoots)
    needs.push({ test: '-x', path, else: `may not enter the asset root ${path}, ${folderAbove}` });
  for (const path of outputRoots)
    needs.push({
      test: '-w',
      path,
      else: `may not write into the output root ${path}, ${folderAbove}`,
    });
  return needs;
}

/**
 * For each folder on the way to the code that the worker runs, and to the places where it works as
 * root: the user must not be able to exchange the next folder. Returns a sentence when a folder
 * does not answer.
 */
async function listOwnNeeds(places: Places): Promise<Need[] | string> {
  const { scratchRoot, loaderCache, loaded } = places;
  const needs = new Map<string, Need>();
  for (const path of loaded)
    needs.set(`writes ${path}`, {
      test: '! -w',
      path,
      else: `may write ${path}, which every later render loads: take that right away`,
    });
  for (const own of [process.execPath, LAUNCHER, scratchRoot, loaderCache, ...loaded]) {
    if (own === null) continue;
    const way = await asOwnUser.ask('findWay', [own], WITHIN_MS).catch((cause: unknown) => {
      if (cause instanceof SilentLook) return cause;
      throw cause;
    });
    if (way instanceof SilentLook) return `${way.message}.`;
    for (const [depth, { real, mode }] of way.entries()) {
      const why = `could put something else into the place of ${own}`;
      needs.set(`owner ${real}`, {
        test: '! -O',
        path: real,
        else: `owns ${real} and ${why}: give it to root`,
      });
      // In a folder with the sticky bit, only its owner or an entry's owner may exchange that
      // entry.
      if (depth === 0 || mode === null || (mode & 0o1000) !== 0) continue;
      needs.set(`writes ${real}`, {
        test: '! -w',
        path: real,
        else: `may write into ${real} and ${why}: take that right away`,
      });
    }
  }
  return [...needs.values()];
}

/**
 * nexrender changes this script once, as the user that renders. Returns a sentence when it does not
 * answer.
 */
async function listScriptNeeds(
  user: RenderUser,
  aerender: string | null,
): Promise<Need[] | string> {
  if (aerender === null) return [];
  const path = `${dirname(aerender)}/Scripts/Startup/commandLineRenderer.jsx`;
  const patch = await askAs(user)
    .ask('findPatch', [aerender], WITHIN_MS)
    .catch((cause: unknown) => (cause instanceof SilentLook ? cause : 'not patched'));
  if (patch instanceof SilentLook) return `${patch.message}.`;
  if (patch !== 'not patched') return [{ test: '-r', path, else: `may not read ${path}` }];
  const why = 'which nexrender changes once: let a worker without a render user render one job';
  return [{ test: '-w', path, else: `may not write ${path}, ${why}` }];
}
