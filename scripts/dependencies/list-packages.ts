import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { TOP } from '../tracked-files.ts';

/** An npm package on which this repository depends, directly or not. */
export type Dependency = {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, as the package states it. */
  readonly licence: string;
  /**
   * The digest of the package's tarball in the lockfile, such as `sha512-…`. Null if there is none.
   */
  readonly integrity: string | null;
};

const listed = z.record(
  z.string(),
  z.array(z.object({ name: z.string(), versions: z.array(z.string()) })),
);
/** Matches a package in the lockfile. */
const LOCKED = new RegExp(
  [
    /^ {2}'?(?<id>(?:@[^/\s]+\/)?[^@\s]+@[^:'\s]+)'?:\n/,
    / {4}resolution: \{integrity: (?<integrity>[^}]+)\}/,
  ]
    .map(({ source }) => source)
    .join(''),
  'gm',
);

/** The programs of production. With each one come the workspace packages that it needs. */
const PROGRAMS = ['@renderdeck/standalone', '@renderdeck/ctl', '@renderdeck/admin-ui'];

/**
 * Lists all packages by name and version. `production` leaves out those only for tests and tools.
 */
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

/** Runs this repository's version of pnpm. Returns its exit code and its output. */
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
