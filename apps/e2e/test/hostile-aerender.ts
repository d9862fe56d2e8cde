import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installStandIn } from '@renderdeck/aerender-stand-in';
import { waitFor } from '@renderdeck/testing/wait-for';

/** A program that makes itself hard to stop, and prints `ready` once it is; it also holds the output pipe of the render. */
export type Hostile = { command: string; args: string[] };

/**
 * Lays an aerender into `folder` that starts a hostile program inside the render's tree, leaves nasty files in the render's temporary folder, and then
 * behaves like the stand-in. `kept` is a file outside that one of them leads to.
 */
export async function installHostileAerender(folder: string) {
  const { aerender } = await installStandIn(folder);
  const standIn = await readFile(aerender, 'utf8');
  const [shebang = ''] = standIn.split('\n');
  const paths = {
    hostile: join(folder, 'hostile.json'),
    said: join(folder, 'said'),
    kept: join(folder, 'kept'),
  };
  await writeFile(paths.kept, 'kept');
  await writeFile(
    aerender,
    standIn.replace(
      shebang,
      `${shebang}
const { spawn } = require('node:child_process');
const fs = require('node:fs');
if (process.argv.includes('-project')) {
  const temp = process.env.TMPDIR;
  fs.mkdirSync(temp + '/locked/below', { recursive: true });
  fs.writeFileSync(temp + '/locked/below/file', 'x');
  fs.chmodSync(temp + '/locked', 0o500);
  fs.symlinkSync(${JSON.stringify(folder)}, temp + '/elsewhere');
  const { command, args } = JSON.parse(fs.readFileSync(${JSON.stringify(paths.hostile)}, 'utf8'));
  spawn(command, args, { stdio: ['ignore', fs.openSync(${JSON.stringify(paths.said)}, 'a'), 'inherit'] });
}`,
    ),
  );
  return {
    aerender,
    readKept: () => readFile(paths.kept, 'utf8'),
    /** Which program the next render starts. */
    async prepare({ command, args }: Hostile): Promise<void> {
      await writeFile(paths.said, '');
      await writeFile(paths.hostile, JSON.stringify({ command, args }));
    },
    untilReady: () =>
      waitFor(async () => (await readFile(paths.said, 'utf8')).includes('ready\n'), {
        what: 'the hostile program',
        withinMs: 20_000,
      }),
  };
}
