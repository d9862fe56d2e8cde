/**
 * After Effects as a host should not have it: it ends at once, or it lies beside a closed folder.
 */
import { chmod, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { installStandIn } from '@renderdeck/aerender-stand-in';

/** An aerender that ends at once with this exit code. `mend` makes it a stand-in that renders. */
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

/** Runs a daemon that sees the folder of this aerender as one that nobody may write. */
export function withReadOnly(aerender: string): readonly string[] {
  const folder = dirname(aerender);
  const mounts =
    `mount --bind ${folder} ${folder} && mount -o remount,ro,bind ${folder} ${folder} ` +
    '&& exec "$@"';
  return ['unshare', '--mount', 'sh', '-c', mounts, 'sh'];
}

/** An aerender that names its version, and fails each render without a reason before any frame. */
export async function aerenderThatOnlyFails(folder: string): Promise<string> {
  const { aerender } = await installStandIn(folder);
  await writeFile(
    join(folder, 'aerender'),
    '#!/bin/sh\necho "aerender version 25.0x1"\n[ "$1" = -help ] && exit 0\nexit 1\n' +
      '# Renderdeck stand-in\n',
  );
  return aerender;
}
