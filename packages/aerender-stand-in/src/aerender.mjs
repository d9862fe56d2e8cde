// @ts-check
/**
 * The first process of the stand-in. Like aerender, this process does no work itself. It starts
 * After Effects (here after-fx.mjs), which writes to the same stdout, waits for After Effects, and
 * exits with 1 when After Effects fails. When only this process is killed, its child goes on, as
 * with aerender. The version line says that this is a stand-in.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readOptions } from './read-options.mjs';

export const VERSION_LINE = 'aerender version 0.0x0 (Renderdeck stand-in, not After Effects)';

process.title = 'aerender';
// Like aerender, this process goes on when the reader of its output closes the pipe.
process.stdout.on('error', () => {});

const args = process.argv.slice(2);
process.stdout.write(`${VERSION_LINE}\n`);
if (args.some((arg) => ['-help', '-h', '-version'].includes(arg))) {
  process.stdout.write(
    'USAGE: aerender -project <file> -comp <name> -output <file> ' +
      '[-s <frame>] [-e <frame>] [-i <step>] …\n',
  );
} else {
  startAfterEffects();
}

function startAfterEffects() {
  if (readOptions(args, process.env).misbehave.includes('ignores-term'))
    process.on('SIGTERM', () => {});
  process.stdout.write('PROGRESS: Launching After Effects...\n');
  const afterEffects = spawn(
    process.execPath,
    [fileURLToPath(new URL('./after-fx.mjs', import.meta.url)), ...args],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      windowsHide: true,
    },
  );
  afterEffects.on('error', (error) => {
    process.stdout.write(`aerender ERROR: After Effects could not be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  afterEffects.on('exit', (code) => {
    process.exitCode = code === 0 ? 0 : 1;
  });
}
