import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileNative } from './compile-native.ts';
import type { Wine } from './wine.ts';

const AFTER_FX = fileURLToPath(
  new URL('../../aerender-stand-in/src/after-fx.mjs', import.meta.url),
);

/**
 * Installs the stand-in for After Effects as the three native programs that it is on Windows, with
 * the startup script that nexrender patches. Gives the path of aerender.exe on that machine.
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
