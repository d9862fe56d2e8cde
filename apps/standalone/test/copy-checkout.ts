import { existsSync } from 'node:fs';
import { cp, mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url));

/** Folders that a fresh checkout does not have. */
const MADE_LATER = new Set(['.git', 'node_modules', 'dist', 'coverage', '.renderdeck', '.cache']);

/** Copies this checkout to the new folder as a fresh checkout with installed dependencies. */
export async function copyCheckout(folder: string): Promise<void> {
  const isFresh = (path: string) => !MADE_LATER.has(basename(path));
  await mkdir(folder);
  for (const name of (await readdir(CHECKOUT)).filter(isFresh))
    await cp(join(CHECKOUT, name), join(folder, name), { recursive: true, filter: isFresh });
  for (const parent of ['.', ...(await listPackages())])
    if (existsSync(join(CHECKOUT, parent, 'node_modules')))
      await copyInstalled(join(CHECKOUT, parent), join(folder, parent));
}

async function listPackages(): Promise<string[]> {
  const lists = ['apps', 'packages'].map(async (parent) =>
    (await readdir(join(CHECKOUT, parent))).map((name) => join(parent, name)),
  );
  return (await Promise.all(lists)).flat();
}

/** Hard links take little time and no space. Between two file systems the files are copied. */
async function copyInstalled(from: string, to: string): Promise<void> {
  const modules = join(from, 'node_modules');
  const linked = await execa('cp', ['-al', modules, to], { reject: false });
  if (linked.failed) await execa('cp', ['-a', modules, to]);
}
