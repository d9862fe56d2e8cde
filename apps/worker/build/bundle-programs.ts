/*
 * Bundles the worker and each program that it starts by a path. A module keeps its place: in a
 * bundle, `import.meta.url` is the module's place in the repository, with `lib` for `packages` and
 * `apps` (`lib/render-host/src/process/launcher.mjs`). So each `new URL('./x.mjs',
 * import.meta.url)` finds its file, and each createRequire finds the packages.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLE } from '@renderdeck/program-bundle';
import { build, type Plugin } from 'esbuild';
import type { PlannedFiles } from './planned-files.ts';

/** The root folder of the repository. */
export const TOP = fileURLToPath(new URL('../../..', import.meta.url));

const MAIN = join(TOP, 'apps/worker/src/main.ts');
const NAMED_FILE = /new URL\(\s*'(\.[^']+)',\s*import\.meta\.url,?\s*\)/g;

export type Bundles = {
  readonly files: PlannedFiles;
  /** The files of npm packages that a bundle contains. */
  readonly inputs: ReadonlySet<string>;
};

/** Bundles the worker and the programs that it names. `external` packages stay separate. */
export async function bundlePrograms(external: readonly string[]): Promise<Bundles> {
  const files: PlannedFiles = new Map();
  const inputs = new Set<string>();
  const found = [MAIN];
  for (const path of found) {
    if ((await stat(path)).isDirectory()) {
      await addFolder(files, path);
      continue;
    }
    const { text, named, sources } = await bundle(path, external);
    files.set(placeOf(path), { bytes: Buffer.from(text), isProgram: false });
    for (const source of sources) inputs.add(source);
    found.push(...named.filter((name) => !found.includes(name)));
  }
  return { files, inputs };
}

async function bundle(entry: string, external: readonly string[]) {
  const named: string[] = [];
  const built = await build({
    ...BUNDLE,
    entryPoints: [entry],
    absWorkingDir: TOP,
    write: false,
    metafile: true,
    external: external.flatMap((name) => [name, `${name}/*`]),
    plugins: [keepPlaces(entry, named), leaveOut(/^@node-rs\/argon2$/)],
  });
  const [output] = built.outputFiles;
  if (output === undefined) throw new Error(`${entry} has no bundle.`);
  const outside = Object.values(built.metafile.outputs).flatMap(({ imports }) => imports);
  const missing = outside.filter(({ path }) => !isBuiltin(path) && !external.includes(path));
  if (missing.length > 0)
    throw new Error(`${entry} needs ${missing.map(({ path }) => path).join(', ')}.`);
  return { text: output.text, named, sources: Object.keys(built.metafile.inputs) };
}

/** Gives each module its own `import.meta.url`, and lists the files that a module names by it. */
function keepPlaces(entry: string, named: string[]): Plugin {
  const from = posix.dirname(placeOf(entry));
  return {
    name: 'keep-places',
    setup({ onLoad }) {
      onLoad({ filter: /\.(ts|mjs)$/ }, async ({ path }) => {
        if (path.includes('node_modules')) return null;
        const source = await readFile(path, 'utf8');
        if (/\bimport\.meta\.(?!url\b)/.test(source))
          throw new Error(`${path} uses another property of import.meta than url.`);
        for (const [, name = ''] of source.matchAll(NAMED_FILE))
          named.push(join(dirname(path), name));
        const place = posix.relative(from, placeOf(path));
        const url = `new URL(${JSON.stringify(`./${place}`)}, import.meta.url).href`;
        return {
          contents: source.replaceAll(/\bimport\.meta\.url\b/g, url),
          loader: path.endsWith('.ts') ? 'ts' : 'js',
        };
      });
    },
  };
}

/** A package that only the API uses. esbuild drops its import when no remaining code needs it. */
function leaveOut(filter: RegExp): Plugin {
  return {
    name: 'leave-out',
    setup({ onResolve }) {
      onResolve({ filter }, ({ path }) => ({ path, external: true, sideEffects: false }));
    },
  };
}

/** The place of a repository file in the host folder. The main program becomes plain JavaScript. */
function placeOf(path: string): string {
  const [, ...below] = relative(TOP, path).split(sep);
  const place = ['lib', ...below].join('/');
  return path === MAIN ? place.replace(/\.ts$/, '.mjs') : place;
}

/** Adds the migrations, because the worker compares the newest one with the database. */
async function addFolder(files: PlannedFiles, folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || entry.name.endsWith('_snapshot.json')) continue;
    files.set(placeOf(path), { bytes: await readFile(path), isProgram: false });
  }
}
