import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { TOP } from '../tracked-files.ts';

/** Runs the pnpm of this repository. Gives its exit code, and what it wrote. */
export async function runPnpm(args: readonly string[]) {
  const { packageManager } = JSON.parse(await readFile(join(TOP, 'package.json'), 'utf8'));
  const { exitCode, stdout, stderr } = await execa('npx', ['-y', packageManager, ...args], {
    cwd: TOP,
    reject: false,
    timeout: 120_000,
    env: { FORCE_COLOR: '0' },
  });
  return { exitCode, stdout, stderr };
}
