import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import {
  bundlePrograms,
  copyAllPackages,
  digestFiles,
  type PlannedFiles,
  readBundledPackages,
  readPackage,
  resolvePackage,
  TOP,
  writeLicences,
} from '@renderdeck/worker/build';

/**
 * Packages that npm installs beside this one, because each system has its own native parts. They
 * are needed in these folders.
 */
const INSTALLED = { koffi: 'packages/render-host', '@node-rs/argon2': 'packages/operations' };
/** The pictures of renders need it; without it, everything else works. */
const INSTALLED_IF_POSSIBLE = { sharp: 'packages/render-host' };

/**
 * Packages that this one contains unchanged, in `lib/node_modules`, because they read files of
 * their own or load modules by name. As dependencies, nexrender would bring 300 packages that it
 * names as peers, and npm looks only into a `node_modules` at the top of a package.
 */
const COPIED = [
  {
    from: join(TOP, 'packages/render-host'),
    names: ['@nexrender/core', '@nexrender/action-copy', '@nexrender/action-encode'],
  },
];
/** The page of the REST API's documentation. It has files that are no programs. */
const SWAGGER_PAGE = '@fastify/swagger-ui';
const SWAGGER_FILES = /^(?!swagger-ui[.]js$)/; // this one is the bundle again, without its packages

/**
 * Files that nothing reads: nexrender loads its packages with `require`, so never their second form
 * for `import`. LICENSES.txt has all licences. The page is sent in br, or as it is.
 */
const UNREAD = [
  /\/(?:dist\/)?(?:esm|mjs|browser)\//,
  /[.](?:min|bundle)[.]js$/,
  /\/(?:docs|package-lock)[.]json$/,
  /\/(?:licen[cs]e|copying)(?:-\w+)?(?:[.](?:md|txt))?$/i,
];
const PAGE_LICENCES = 'lib/admin-ui/dist/.vite/license.md';
/** The documents for people who run a farm. */
const DOCUMENTS = /^(?!benchmarks|guarantees|glossary|how-to-add)[^/]+[.](?:md|conf)$|^hosts\//;

/** Plans all files of the npm package. The same commit and lockfile always give the same bytes. */
export async function planPackage(): Promise<{ version: string; files: PlannedFiles }> {
  const { files, inputs } = await bundlePrograms({
    entries: ['apps/renderdeck/src/main.ts'],
    external: [
      ...Object.keys({ ...INSTALLED, ...INSTALLED_IF_POSSIBLE }),
      ...COPIED.flatMap(({ names }) => names),
    ],
    leftOut: [
      '@renderdeck/program-bundle', // bundles the programs of a checkout
      // Programs in C that make ws and ssh2 a little faster, which they load if they are there.
      'bufferutil',
      'cpu-features',
      './crypto/build/Release/sshcrypto.node',
      'utf-8-validate',
    ],
    inPlace: [SWAGGER_PAGE],
    calledAs: 'renderdeck',
    isShared: true,
  });
  const copied: PlannedFiles = new Map();
  const packages = [
    ...(await copyAllPackages(copied, COPIED)),
    ...(await readBundledPackages(inputs)),
  ];
  for (const [path, file] of copied)
    if (!UNREAD.some((one) => one.test(path))) files.set(`lib/${path}`, file);
  await addSwaggerPage(files);

  const page = files.get(PAGE_LICENCES);
  if (page === undefined) throw new Error(`The page has no ${PAGE_LICENCES}.`);
  files.delete(PAGE_LICENCES);
  for (const path of [...files.keys()])
    if (/^lib\/admin-ui\/.*[.]gz$/.test(path)) files.delete(path);
  const licences = `${writeLicences(packages)}\n${Buffer.from(page.bytes).toString('utf8')}`;
  addText(files, 'LICENSES.txt', licences);
  for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md', 'SECURITY.md'])
    files.set(name, await readPlanned(join(TOP, name)));
  await addFolder(files, join(TOP, 'docs'), 'docs', (name) => DOCUMENTS.test(name));

  const bin = await readFile(new URL('./files/renderdeck.mjs', import.meta.url));
  files.set('bin/renderdeck.mjs', { bytes: bin, isProgram: true });
  const manifest = await planManifest();
  addText(files, 'package.json', `${JSON.stringify(manifest, null, 2)}\n`);
  // The worker names its own copy of the package by this digest.
  const facts = { version: manifest.version, content: digestFiles(files) };
  addText(files, 'lib/version.json', `${JSON.stringify(facts, null, 2)}\n`);
  return { version: manifest.version, files };
}

async function planManifest() {
  const own = JSON.parse(await readFile(join(TOP, 'package.json'), 'utf8'));
  const version: string = own.version;
  return {
    name: 'renderdeck',
    version,
    description: own.description,
    license: own.license,
    type: 'module',
    bin: { renderdeck: './bin/renderdeck.mjs' },
    engines: own.engines,
    dependencies: await readVersions(INSTALLED),
    optionalDependencies: await readVersions(INSTALLED_IF_POSSIBLE),
  };
}

async function readVersions(wanted: Readonly<Record<string, string>>) {
  const versions: Record<string, string> = {};
  for (const [name, folder] of Object.entries(wanted))
    versions[name] = (await readPackage(await resolvePackage(name, join(TOP, folder)))).version;
  return versions;
}

async function addSwaggerPage(files: PlannedFiles): Promise<void> {
  const folder = await resolvePackage(SWAGGER_PAGE, join(TOP, 'packages/rest-adapter'));
  const to = `lib/node_modules/${SWAGGER_PAGE}/static`;
  await addFolder(files, join(folder, 'static'), to, (name) => SWAGGER_FILES.test(name));
}

async function addFolder(
  files: PlannedFiles,
  from: string,
  to: string,
  isWanted: (name: string) => boolean,
): Promise<void> {
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(from, path).split(sep).join('/');
    if (entry.isFile() && isWanted(name)) files.set(`${to}/${name}`, await readPlanned(path));
  }
}

async function readPlanned(path: string) {
  return { bytes: await readFile(path), isProgram: false };
}

function addText(files: PlannedFiles, path: string, text: string): void {
  files.set(path, { bytes: Buffer.from(text), isProgram: false });
}
