import { chmod, cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect } from 'vitest';
import type { Machine } from './own-machine.ts';

const CHECKOUT = fileURLToPath(new URL('../../../..', import.meta.url));

/**
 * Sets how this reader reaches the server as a superuser, and makes what a site has already: its
 * name, its certificate, and the folders of projects and outputs.
 */
export async function prepareSite(machine: Machine, database: URL): Promise<void> {
  const { exitCode, output } = await machine.run(`
    PGHOST=${database.hostname}
    PGPORT=${database.port}
    PGUSER=${database.username}
    NODE_EXTRA_CA_CERTS=/etc/ssl/renderdeck/cert.pem
    echo 127.0.0.1 farm.test >>/etc/hosts
    install -d -m 1777 /srv/projects /srv/renders
    mkdir -p /etc/ssl/renderdeck
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=farm.test \\
      -addext subjectAltName=DNS:farm.test \\
      -keyout /etc/ssl/renderdeck/key.pem -out /etc/ssl/renderdeck/cert.pem 2>&1
  `);
  expect(exitCode, output).toBe(0);
}

/** Makes the npm package, and returns the path of its tarball. */
export async function buildPackage(into: string): Promise<string> {
  const build = ['--import', 'tsx', 'apps/renderdeck/build/main.ts', '--out', into];
  await execa(process.execPath, build, { cwd: CHECKOUT });
  const [tarball = ''] = (await readdir(into)).filter((name) => name.endsWith('.tgz'));
  return join(into, tarball);
}

/** Installs the stand-in for After Effects below the reader's /opt. */
export async function installStandIn(opt: string): Promise<string> {
  const scripts = join(opt, 'ae/Scripts/Startup');
  await mkdir(scripts, { recursive: true });
  const from = join(CHECKOUT, 'packages/aerender-stand-in/src');
  await cp(from, join(opt, 'ae/stand-in'), { recursive: true });
  await writeFile(
    join(opt, 'ae/aerender'),
    '#!/usr/bin/env node\nimport("/opt/ae/stand-in/aerender.mjs");\n',
  );
  await writeFile(join(scripts, 'commandLineRenderer.jsx'), '// Of the stand-in.\n');
  await chmod(join(opt, 'ae/aerender'), 0o755);
  return '/opt/ae/aerender';
}
