import { mkdir } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { runAlone } from '@renderdeck/worker/testing';

/** The oldest Node.js that Renderdeck supports, and the two long-term versions after it. */
export const NODE_VERSIONS = ['20.19.5', '22.23.5', '24.22.3'] as const;
export type NodeVersion = (typeof NODE_VERSIONS)[number];

/**
 * Fetches a program `node` of each version from the registry of npm.
 * @returns the folder of each, for PATH.
 */
export async function fetchNodes(folder: string): Promise<ReadonlyMap<NodeVersion, string>> {
  const folders = await Promise.all(
    NODE_VERSIONS.map(async (version) => {
      const place = join(folder, `node-${version}`);
      await mkdir(place);
      const name = `node-${platform()}-${arch()}@${version}`;
      const tarball = await run(place, 'npm', 'pack', name, '--loglevel=error');
      await run(place, 'tar', '-xzf', tarball, 'package/bin/node');
      return [version, join(place, 'package/bin')] as const;
    }),
  );
  return new Map(folders);
}

async function run(place: string, ...command: readonly [string, ...string[]]): Promise<string> {
  // npm may need the proxy and the certificates of this machine.
  const env = Object.fromEntries(
    Object.entries(process.env).map(([name, value = '']) => [name, value]),
  );
  const { exitCode, stdout, stderr } = await runAlone(place, command, env);
  if (exitCode !== 0) throw new Error(`${command.join(' ')} ended with ${exitCode}: ${stderr}`);
  return stdout.trim().split('\n').at(-1) ?? '';
}
