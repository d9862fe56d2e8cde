import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyPackages } from '../../build/copy-packages.ts';
import type { PlannedFiles } from '../../build/planned-files.ts';

const RENDER_HOST = fileURLToPath(new URL('../../../../packages/render-host', import.meta.url));
const ACTIONS = ['@nexrender/action-copy', '@nexrender/action-encode'];
const NAMES = ['@nexrender/core', ...ACTIONS, 'undici'];

/** Copies nexrender, its actions and undici into this folder, as they are in the host folder. */
export async function copyNexrender(folder: string): Promise<void> {
  const files: PlannedFiles = new Map();
  await copyPackages(files, NAMES, RENDER_HOST);
  for (const [path, { bytes }] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}
