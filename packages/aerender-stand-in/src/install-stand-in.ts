import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes two files into `folder`: an `aerender` that starts the stand-in, and the startup script
 * that nexrender patches, so that nexrender never writes into this package. A second call repairs
 * both.
 */
export async function installStandIn(folder: string): Promise<{ aerender: string }> {
  const aerender = join(folder, 'aerender');
  const scripts = join(folder, 'Scripts', 'Startup');
  await mkdir(scripts, { recursive: true });
  const program = new URL('./aerender.mjs', import.meta.url).href;
  await writeFile(
    aerender,
    `${shebang()}\n` +
      '// The Renderdeck stand-in for aerender; not After Effects.\n' +
      `import(${JSON.stringify(program)});\n`,
  );
  await chmod(aerender, 0o755);
  await writeFile(
    join(scripts, 'commandLineRenderer.jsx'),
    '// Command line renderer of the Renderdeck stand-in.\n',
  );
  return { aerender };
}

/**
 * The path of the node that runs now, so that the stand-in needs no node in the PATH. Linux allows
 * no space and at most 127 bytes in this line.
 */
function shebang(): string {
  return /\s/.test(process.execPath) || process.execPath.length > 120
    ? '#!/usr/bin/env node'
    : `#!${process.execPath}`;
}
