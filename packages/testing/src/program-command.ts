/*
 * Programs of this repository, each bundled into one file for the tests (packages/program-bundle),
 * because a run of the tests starts hundreds of programs. The first caller writes the file to the
 * folder of the run, and all later callers use it. The tests of the commands in the README start
 * the programs from source.
 */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from '@renderdeck/program-bundle';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const bundles = new Map<string, Promise<string>>();

/**
 * Returns the command that starts a program, for example `apps/api/src/main.ts`, from any folder.
 * While vitest watches the sources, the command runs the program from source.
 */
export async function programCommand(entry: string): Promise<readonly [string, ...string[]]> {
  const folder = process.env.RENDERDECK_TEST_RUN;
  if (folder === undefined || process.env.VITEST_MODE === 'WATCH')
    return [process.execPath, '--import', import.meta.resolve('tsx'), join(ROOT, entry)];
  const bundled = bundles.get(entry) ?? bundle(entry, join(folder, 'programs'));
  bundles.set(entry, bundled);
  return [process.execPath, await bundled];
}

async function bundle(entry: string, folder: string): Promise<string> {
  const name = createHash('sha256').update(entry).digest('hex').slice(0, 12);
  const file = join(folder, `${basename(dirname(dirname(entry)))}-${name}.mjs`);
  if (!(await exists(file))) await bundleProgram(entry, file);
  return file;
}

async function exists(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  );
}
