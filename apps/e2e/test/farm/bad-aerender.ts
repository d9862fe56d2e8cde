/**
 * Broken installations of After Effects: an aerender that ends at once, or one whose folder cannot
 * be written.
 */
import { chmod, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { installStandIn } from '@renderdeck/aerender-stand-in';

/** Makes an aerender that ends at once with this exit code. `mend` makes it a working stand-in. */
export async function aerenderThatEnds(folder: string, exitCode: number) {
  const { aerender } = await installStandIn(folder);
  await writeFile(aerender, `#!/bin/sh\nexit ${exitCode}\n`);
  await chmod(aerender, 0o755);
  return {
    aerender,
    async mend(): Promise<void> {
      await rm(aerender);
      await installStandIn(folder);
    },
  };
}

/** Returns a command that runs a daemon for which the folder of this aerender is read-only. */
export function withReadOnly(aerender: string): readonly string[] {
  const folder = dirname(aerender);
  const mounts =
    `mount --bind ${folder} ${folder} && mount -o remount,ro,bind ${folder} ${folder} ` +
    '&& exec "$@"';
  return ['unshare', '--mount', 'sh', '-c', mounts, 'sh'];
}

/** Makes an aerender that prints its version, but ends each render early and without a reason. */
export async function aerenderThatOnlyFails(folder: string): Promise<string> {
  const { aerender } = await installStandIn(folder);
  await writeFile(
    join(folder, 'aerender'),
    '#!/bin/sh\necho "aerender version 25.0x1"\n[ "$1" = -help ] && exit 0\nexit 1\n' +
      '# Renderdeck stand-in\n',
  );
  return aerender;
}
