import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { CACHE, COMPILER } from './wine-programs.ts';

/** Compiles a C file for Windows, once for each content. Gives the path of the .exe in Linux. */
export async function compileNative(source: string | URL): Promise<string> {
  const path = source instanceof URL ? fileURLToPath(source) : source;
  const key = createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
    .slice(0, 16);
  const exe = join(CACHE, `${basename(path, '.c')}-${key}.exe`);
  if (existsSync(exe)) return exe;
  await mkdir(CACHE, { recursive: true });
  const aside = `${exe}.${process.pid}`;
  await execa(COMPILER, ['-O1', '-Wall', '-Werror', '-o', aside, path]);
  await rename(aside, exe);
  return exe;
}
