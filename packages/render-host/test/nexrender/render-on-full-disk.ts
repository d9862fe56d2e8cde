/** Renders with a scratch folder on a disk of 2 MB, in mounts of its own. Prints the end. */
import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { aHost } from './a-render.ts';

const host = await aHost({ frames: 100 });
try {
  const root = join(host.base, 'scratch');
  await mkdir(root);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', root]);
  const { end } = await host.render(host.job);
  execFileSync('umount', [root]);
  process.stdout.write(JSON.stringify(end));
} finally {
  await host.remove();
}
