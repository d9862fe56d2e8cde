import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Lays an `aerender` that starts the stand-in into `folder`, with the startup script beside it that nexrender wants to patch, so that
 * nexrender never writes into this package. Doing it again repairs what is there.
 */
export async function installStandIn(folder: string): Promise<{ aerender: string }> {
  const aerender = join(folder, 'aerender');
  const scripts = join(folder, 'Scripts', 'Startup');
  await mkdir(scripts, { recursive: true });
  const program = new URL('./aerender.mjs', import.meta.url).href;
  await writeFile(
    aerender,
    `${shebang()}\n// The Renderdeck stand-in for aerender; not After Effects.\nimport(${JSON.stringify(program)});\n`,
  );
  await chmod(aerender, 0o755);
  await writeFile(
    join(scripts, 'commandLineRenderer.jsx'),
    '// Command line renderer of the Renderdeck stand-in.\n',
  );
  return { aerender };
}

/** This very node, so that the stand-in also runs where PATH has none; a kernel takes no blank and no more than 127 bytes there. */
function shebang(): string {
  return /\s/.test(process.execPath) || process.execPath.length > 120
    ? '#!/usr/bin/env node'
    : `#!${process.execPath}`;
}
