import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { TOP } from '../tracked-files.ts';

/** A package of npm that this repository depends on, directly or not. */
export type Dependency = {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, as the package tells it. */
  readonly licence: string;
  /** The digest of its tarball in the lockfile, such as `sha512-…`; null without one. */
  readonly integrity: string | null;
};

const listed = z.record(
  z.string(),
  z.array(z.object({ name: z.string(), versions: z.array(z.string()) })),
);
/** A package in the lockfile. */
const LOCKED = new RegExp(
  [
    /^ {2}'?(?<id>(?:@[^/\s]+\/)?[^@\s]+@[^:'\s]+)'?:\n/,
    / {4}resolution: \{integrity: (?<integrity>[^}]+)\}/,
  ]
    .map(({ source }) => source)
    .join(''),
  'gm',
);

/** The programs of production; each brings the packages of the workspace that it needs. */
const PROGRAMS = ['@renderdeck/standalone', '@renderdeck/ctl', '@renderdeck/admin-ui'];

/** All packages by name and version; `production`: without those that only tests and tools need. */
export async function listPackages({ production }: { production: boolean }): Promise<Dependency[]> {
  const only = production ? ['--prod', ...PROGRAMS.map((name) => `--filter-prod=${name}...`)] : [];
  const { exitCode, stdout, stderr } = await runPnpm(['licenses', 'list', '--json', ...only]);
  if (exitCode !== 0) throw new Error(`pnpm could not list the packages: ${stderr || stdout}`);
  const lockfile = await readFile(join(TOP, 'pnpm-lock.yaml'), 'utf8');
  const digests = new Map(
    [...lockfile.matchAll(LOCKED)].map(({ groups }) => [groups?.id, groups?.integrity]),
  );
  return Object.entries(listed.parse(JSON.parse(stdout)))
    .flatMap(([licence, packages]) =>
      packages.flatMap(({ name, versions }) =>
        versions.map((version) => {
          const integrity = digests.get(`${name}@${version}`) ?? null;
          return { name, version, licence, integrity };
        }),
      ),
    )
    .sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

/** Runs the pnpm of this repository. Gives its exit code, and what it wrote. */
export async function runPnpm(args: readonly string[]) {
  const { packageManager } = JSON.parse(await readFile(join(TOP, 'package.json'), 'utf8'));
  const { exitCode, stdout, stderr } = await execa('npx', ['-y', packageManager, ...args], {
    cwd: TOP,
    reject: false,
    timeout: 120_000,
    env: { FORCE_COLOR: '0' },
  });
  return { exitCode, stdout, stderr };
}
