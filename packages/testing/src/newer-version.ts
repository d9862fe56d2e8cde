/*
 * A newer version of Renderdeck: a copy of these sources with another version and level, one more
 * migration of `jobs`, and one more function. Its programs run from the copy.
 */
import { execFile } from 'node:child_process';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const COPIED = ['packages', 'apps/worker', 'apps/api', 'package.json', 'tsconfig.json'];
const NOT_COPIED = /\/(?:test|testing|dist|operations\/statements)$/;
/** Later than each migration of these sources. */
const NEXT = { idx: 900, version: '7', when: 8_000_000_000_000, tag: '0900_next' };

/** Makes it. It allows programs that are one level below its own. */
export async function makeNewerVersion() {
  const folder = await temporaryFolder('newer');
  const at = (path: string) => join(folder.path, path);
  for (const path of COPIED)
    await cp(join(ROOT, path), at(path), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => !NOT_COPIED.test(file) || file.includes('/packages/testing'),
    });
  await symlink(join(ROOT, 'node_modules'), at('node_modules'));
  const change = async (path: string, pattern: RegExp, by: string) => {
    const text = await readFile(at(path), 'utf8');
    if (!pattern.test(text)) throw new Error(`${path} has no ${pattern}`);
    await writeFile(at(path), text.replace(pattern, by));
  };
  const level = Number(
    /SCHEMA_LEVEL = (\d+)/.exec(
      await readFile(at('packages/store/src/schema-level.ts'), 'utf8'),
    )?.[1],
  );
  const levels = 'packages/store/src/schema-level.ts';
  await change(levels, /SCHEMA_LEVEL = \d+/, `SCHEMA_LEVEL = ${level + 1}`);
  await change(levels, /LEAST_LEVEL = \d+/, `LEAST_LEVEL = ${level}`);
  await change('packages/domain/src/version.ts', /VERSION = '.*'/, "VERSION = '0.2.0'");
  const migrations = 'packages/store/migrations';
  const entry = JSON.stringify({ ...NEXT, breakpoints: true });
  await change(`${migrations}/meta/_journal.json`, /\n {2}\]/, `,${entry}\n  ]`);
  await writeFile(
    at(`${migrations}/${NEXT.tag}.sql`),
    'ALTER TABLE "jobs" ADD COLUMN "next_version" integer;',
  );
  await writeFile(
    at('packages/store/functions/next-version.sql'),
    'CREATE OR REPLACE FUNCTION next_version() RETURNS integer LANGUAGE sql RETURN 1;\n',
  );
  const tsx = import.meta.resolve('tsx');
  const program = (entry: string) => [process.execPath, '--import', tsx, at(entry)] as const;
  return {
    /** The worker of this version, for startWorkerUnderTest. */
    worker: { command: program('apps/worker/src/main.ts'), cwd: folder.path },
    /** Runs `migrate` of this version and gives what it printed. */
    async migrate(databaseUrl: string): Promise<string> {
      const [node, ...args] = program('packages/store/src/migrate-main.ts');
      return await new Promise((resolve, reject) => {
        const env = { ...process.env, DATABASE_URL: databaseUrl };
        execFile(node, args, { cwd: folder.path, env }, (error, stdout, stderr) =>
          error === null ? resolve(stdout) : reject(new Error(`${stdout}${stderr}`)),
        );
      });
    },
    remove: folder.remove,
  };
}
