/*
 * Bundles programs, and each program and file that they name by a path. A module keeps its place:
 * in a bundle, `import.meta.url` is the module's place in the repository, with `lib` for `packages`
 * and `apps` (`lib/render-host/src/process/launcher.mjs`). So each `new URL('./x.mjs',
 * import.meta.url)` finds its file, and each createRequire finds the packages. A program of
 * TypeScript (`x.ts`) becomes plain JavaScript (`x.mjs`), also where it is named.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLE } from '@renderdeck/program-bundle';
import { build, type Plugin } from 'esbuild';
import type { PlannedFiles } from './planned-files.ts';

/** The root folder of the repository. */
export const TOP = fileURLToPath(new URL('../../..', import.meta.url));

/** A name of dots alone, such as '../../..', is the place of the repository, and no part of it. */
const NAMED_FILE = /new URL\(\s*'(\.[./]*[^'./][^']*)',\s*import\.meta\.url,?\s*\)/g;

export type Programs = {
  /** The programs that people start, as paths in the repository. */
  readonly entries: readonly string[];
  /** Packages that stay separate. */
  readonly external: readonly string[];
  /** Packages that no code of these programs needs, or loads only where they are installed. */
  readonly leftOut: readonly string[];
  /** Packages in the bundles that read files in their own folder, `lib/node_modules/NAME`. */
  readonly inPlace?: readonly string[];
  /** How people call the commands (called.ts of the settings). */
  readonly calledAs: string;
  /** Whether the code that several programs need is in `lib/shared` once, and all is minified. */
  readonly isShared: boolean;
};

export type Bundles = {
  readonly files: PlannedFiles;
  /** The files of npm packages that a bundle contains. */
  readonly inputs: ReadonlySet<string>;
};

/** Bundles these programs and the programs that they name, which may name further ones. */
export async function bundlePrograms(programs: Programs): Promise<Bundles> {
  const found = new Set(programs.entries.map((entry) => join(TOP, entry)));
  for (;;) {
    const { outputs, named, inputs } = await bundle([...found].filter(isProgram), programs);
    const known = found.size;
    for (const path of named) found.add(path);
    if (found.size > known) continue;
    const files: PlannedFiles = new Map();
    for (const path of found) if (!isProgram(path)) await addFiles(files, path);
    for (const { path, contents } of outputs)
      files.set(toName(path), { bytes: contents, isProgram: false });
    return { files, inputs: new Set(inputs) };
  }
}

const isProgram = (path: string) => /\.(?:ts|mjs)$/.test(path);
const toName = (path: string) => relative(TOP, path).split(sep).join('/');

async function bundle(entries: readonly string[], programs: Programs) {
  const { external, leftOut, inPlace = [], calledAs, isShared } = programs;
  const named: string[] = [];
  const built = await build({
    ...BUNDLE,
    banner: { js: `${BUNDLE.banner.js}\n${LIB_OF_BUNDLE}` },
    entryPoints: entries.map((path) => ({ in: path, out: placeOf(path).replace(/\.mjs$/, '') })),
    absWorkingDir: TOP,
    outdir: TOP,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'lib/shared/[name]-[hash]',
    splitting: isShared,
    minify: isShared,
    // Errors and logs name functions and classes, and some packages ask for these names.
    keepNames: isShared,
    write: false,
    metafile: true,
    external: external.flatMap((name) => [name, `${name}/*`]),
    define: { CALLED_AS: JSON.stringify(calledAs) },
    plugins: [keepPlaces(named), keepFolders(inPlace), leaveOut(leftOut)],
  });
  const outside = Object.values(built.metafile.outputs).flatMap(({ imports }) => imports);
  const known = [...external, ...leftOut, ...Object.keys(built.metafile.outputs)];
  // Some modules load those of a newer Node if it has them.
  const isOfNode = (path: string) => isBuiltin(path) || path.startsWith('node:');
  const missing = outside.filter(({ path }) => !isOfNode(path) && !known.includes(path));
  if (missing.length > 0)
    throw new Error(`These programs need ${missing.map(({ path }) => path).join(', ')}.`);
  return { outputs: built.outputFiles, named, inputs: Object.keys(built.metafile.inputs) };
}

/** The address of the folder `lib` of the file that runs, also where code is shared. */
const LIB_OF_BUNDLE =
  "const libOfBundle = import.meta.url.slice(0, import.meta.url.lastIndexOf('/lib/') + 5);";

/** Gives each module its own `import.meta.url`, and lists the files that modules name by it. */
function keepPlaces(named: string[]): Plugin {
  return {
    name: 'keep-places',
    setup({ onLoad }) {
      onLoad({ filter: /\.(ts|mjs)$/ }, async ({ path }) => {
        if (path.includes('node_modules')) return null;
        const source = await readFile(path, 'utf8');
        if (/\bimport\.meta\.(?!url\b)/.test(source))
          throw new Error(`${path} uses another property of import.meta than url.`);
        const nameFile = (name: string) => {
          const file = join(dirname(path), name);
          named.push(file);
          return `new URL(${urlOf(placeOf(file))})`;
        };
        return {
          contents: source
            .replaceAll(NAMED_FILE, (_text, name: string) => nameFile(name))
            .replaceAll(/\bimport\.meta\.url\b/g, urlOf(placeOf(path))),
          loader: path.endsWith('.ts') ? 'ts' : 'js',
        };
      });
    },
  };
}

/** Gives the modules of these packages the folder in which they find their other files. */
function keepFolders(names: readonly string[]): Plugin {
  return {
    name: 'keep-folders',
    setup({ onLoad }) {
      if (names.length === 0) return;
      const filter = new RegExp(`node_modules[\\\\/](?:${names.join('|')})[\\\\/].*[.]js$`);
      onLoad({ filter }, async ({ path }) => {
        const [, place = ''] = /.*node_modules[\\/](.*)$/.exec(dirname(path)) ?? [];
        const url = urlOf(`lib/node_modules/${place.split(sep).join('/')}`);
        const folder = `require('node:url').fileURLToPath(${url})`;
        const source = await readFile(path, 'utf8');
        return { contents: source.replaceAll(/\b__dirname\b/g, () => folder), loader: 'js' };
      });
    },
  };
}

function urlOf(place: string): string {
  return `(libOfBundle + ${JSON.stringify(place.replace(/^lib\//, ''))})`;
}

/** esbuild drops the import of these packages where no remaining code needs it. */
function leaveOut(names: readonly string[]): Plugin {
  return {
    name: 'leave-out',
    setup({ onResolve }) {
      onResolve({ filter: /^[@\w]/ }, ({ path }) =>
        names.includes(path) ? { path, external: true, sideEffects: false } : null,
      );
    },
  };
}

/** The place of a repository file in the built folder. */
function placeOf(path: string): string {
  const [, ...below] = relative(TOP, path).split(sep);
  return ['lib', ...below].join('/').replace(/\.ts$/, '.mjs');
}

/** Adds a file, or a folder such as the migrations: a program compares them with the database. */
async function addFiles(files: PlannedFiles, path: string): Promise<void> {
  if (!(await stat(path)).isDirectory()) {
    files.set(placeOf(path), { bytes: await readFile(path), isProgram: false });
    return;
  }
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || entry.name.endsWith('_snapshot.json')) continue;
    files.set(placeOf(file), { bytes: await readFile(file), isProgram: false });
  }
}
