import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Wine } from './wine.ts';
import { CACHE, COMPILER } from './wine-programs.ts';

/** Compiles a C file for Windows, once for each content. Returns the Linux path of the .exe. */
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

const AFTER_FX = fileURLToPath(
  new URL('../../aerender-stand-in/src/after-fx.mjs', import.meta.url),
);

/**
 * Installs the stand-in for After Effects as the three native programs of Windows, with the startup
 * script that nexrender patches. Returns the path of aerender.exe on that machine.
 */
export async function installNativeStandIn(wine: Wine, folder = 'ae'): Promise<string> {
  const place = join(wine.driveC, folder);
  const scripts = join(place, 'Scripts', 'Startup');
  await mkdir(scripts, { recursive: true });
  const exe = await compileNative(new URL('../programs/aerender.c', import.meta.url));
  for (const name of ['aerender.exe', 'AfterFX.com', 'AfterFX.exe'])
    await cp(exe, join(place, name));
  const paths = [wine.nodeExe, AFTER_FX].map((path) => wine.toWindows(path));
  await writeFile(join(place, 'stand-in.txt'), `${paths.join('\n')}\n`);
  await writeFile(
    join(scripts, 'commandLineRenderer.jsx'),
    '// Command line renderer of the Renderdeck stand-in.\n',
  );
  return wine.toWindows(join(place, 'aerender.exe'));
}
