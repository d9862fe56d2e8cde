/*
 * Builds @renderdeck/client for programs outside the repository (decision 0138): a folder with one
 * file of code, its types, and what npm needs. It has no dependencies. The types come from the
 * schemas of the API and import nothing.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VERSION } from '@renderdeck/contract';
import { BUNDLE } from '@renderdeck/program-bundle';
import { build } from 'esbuild';
import { writeTypes } from './write-types.ts';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const TOP = join(PACKAGE, '../..');
const PACKAGE_OF_FILE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/** Writes the package into this folder. */
export async function buildClient(folder: string): Promise<void> {
  const { text, packages } = await bundle();
  const declarations = await readFile(join(PACKAGE, 'build/files/client.d.ts'), 'utf8');
  await mkdir(folder, { recursive: true });
  const files = {
    'index.js': text,
    'index.d.ts': `${declarations}\n${writeTypes()}\n`,
    'package.json': `${JSON.stringify(await manifest(), null, 2)}\n`,
    'README.md': await readFile(join(PACKAGE, 'README.md'), 'utf8'),
    LICENSE: await readFile(join(TOP, 'LICENSE'), 'utf8'),
    'LICENSES.txt': await licencesOf(packages),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
}

/** The code, and the folders of the npm packages that it contains. */
async function bundle(): Promise<{ text: string; packages: ReadonlySet<string> }> {
  const { outputFiles, metafile } = await build({
    ...BUNDLE,
    entryPoints: [join(PACKAGE, 'src/index.ts')],
    absWorkingDir: TOP,
    write: false,
    metafile: true,
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error('The client has no bundle.');
  const inputs = Object.keys(metafile.inputs);
  const packages = inputs.flatMap((input) => PACKAGE_OF_FILE.exec(input)?.[1] ?? []);
  return { text: output.text, packages: new Set(packages) };
}

async function manifest(): Promise<object> {
  const { name, license } = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8'));
  const { engines } = JSON.parse(await readFile(join(TOP, 'package.json'), 'utf8'));
  return {
    name,
    version: VERSION,
    description: 'Submit, follow and stop jobs of a Renderdeck farm.',
    license,
    type: 'module',
    engines,
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
    files: ['index.js', 'index.d.ts', 'LICENSES.txt'],
  };
}

/** The licences of the packages whose code the file contains. */
async function licencesOf(folders: ReadonlySet<string>): Promise<string> {
  const texts = [...folders].sort().map(async (folder) => {
    const path = join(TOP, folder);
    const { name, version, license } = JSON.parse(
      await readFile(join(path, 'package.json'), 'utf8'),
    );
    const found = (await readdir(path)).filter((file) => /^licen[cs]e/i.test(file));
    const licences = await Promise.all(found.map((file) => readFile(join(path, file), 'utf8')));
    return `${name}@${version}\nLicence: ${license}\n\n${licences.join('\n').trim()}`;
  });
  return `${(await Promise.all(texts)).join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
