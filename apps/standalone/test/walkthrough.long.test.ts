/*
 * Runs the walkthrough of docs/production.md from its text. Each shell block between the two marks
 * runs unchanged, as root, on a separate machine (own-machine.ts), with the npm package as npm
 * installs it. The commands for the desk and for a host are counted.
 */
import { mkdir, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder, waitFor } from '@renderdeck/testing';
import { findSystemPostgres } from '@renderdeck/testing/system-postgres';
import { findFreePort } from '@renderdeck/testing/system-user';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { findCgroups, type Machine, startMachine } from './walkthrough/own-machine.ts';
import { buildPackage, installStandIn, prepareSite } from './walkthrough/prepare-site.ts';
import { commandsOf, readSteps, type Step } from './walkthrough/read-steps.ts';
import { renderAndStop, signIn, twoHosts } from './walkthrough/use-farm.ts';

const HOSTS = ['render-a', 'render-b'];

const postgres = await findSystemPostgres();
const cgroups = await findCgroups();
const hasNginx = await stat('/usr/sbin/nginx').then(Boolean, () => false);
const missing = [
  userInfo().uid === 0 ? null : 'it needs root',
  typeof postgres === 'string' ? postgres : null,
  cgroups === null ? 'no writable cgroup v2' : null,
  hasNginx ? null : 'nginx is not installed',
].filter((reason) => reason !== null);

/** The values that the reader of step 0 writes in place of those in the document. */
type Own = Readonly<
  Record<
    | 'PACKAGE'
    | 'DB'
    | 'SITE'
    | 'API_PORT'
    | 'HTTPS_PORT'
    | 'NAME'
    | 'AERENDER'
    | 'PROJECTS'
    | 'RENDERS',
    string
  >
>;

test('the desk needs ten commands at most, and a host three', async () => {
  const steps = await readSteps();
  const count = (section: string) => {
    const found = steps.filter((step) => step.section.startsWith(section));
    return found.flatMap(({ block }) => commandsOf(block));
  };
  const [desk, host] = [count('The desk'), count('Each host')];
  expect(desk.length, desk.join('\n')).toBeLessThanOrEqual(10);
  expect(host.length, host.join('\n')).toBeLessThanOrEqual(3);
  // Values are no commands. What a person enters and ends is one, however long it is.
  expect(commandsOf('A=1 B="$C d"\nexport X=$(id)\na \\\n  --b "x; y" | c\n')).toHaveLength(2);
  expect(() => commandsOf('a && b\n')).toThrow('two commands');
});

describe.runIf(missing.length === 0)('the walkthrough of docs/production.md', () => {
  test('every step works; the farm renders, stops a render and is restored', async () => {
    if (typeof postgres === 'string' || cgroups === null) return;
    const folder = await temporaryFolder('walkthrough');
    await mkdir(join(folder.path, 'db'));
    const cluster = await postgres.startCluster(join(folder.path, 'db'));
    const machine = await startMachine(folder.path, cgroups);
    try {
      const database = new URL(cluster.url('postgres'));
      const own: Own = {
        PACKAGE: await buildPackage(join(folder.path, 'dist')),
        DB: database.host,
        SITE: 'farm.test',
        API_PORT: String(await findFreePort()),
        HTTPS_PORT: String(await findFreePort()),
        NAME: 'render-a',
        AERENDER: await installStandIn(machine.opt),
        PROJECTS: '/srv/projects',
        RENDERS: '/srv/renders',
      };
      await prepareSite(machine, database);
      await walk(machine, own);
    } finally {
      await machine.end();
      await cluster.stop();
      await folder.remove();
    }
  }, 400_000);
});

if (missing.length > 0)
  test.skipIf(true)(`the walkthrough is left out here: ${missing.join(', ')}`, () => undefined);

async function walk(machine: Machine, own: Own): Promise<void> {
  const steps = await readSteps();
  expect(steps.map(({ number }) => number)).toEqual([...steps.keys()]);
  const url = `http://127.0.0.1:${own.API_PORT}`;
  const of = (from: number, to: number) =>
    steps.filter(({ number }) => number >= from && number <= to);
  await takeAll(machine, of(0, 0));
  await setOwn(machine, own);
  const first = await takeAll(machine, of(1, 4));
  await lookThroughProxy(own);
  for (const NAME of HOSTS) {
    await setOwn(machine, { ...own, NAME });
    await takeAll(machine, of(5, 6));
  }
  const rendered = await renderAndStop(machine, url);
  expect(await takeAll(machine, of(7, 7))).toMatch(/host render-a: .*container cgroup/);
  await takeAll(machine, of(8, 8));
  await surviveKill(machine, url);
  const again = await takeAll(machine, of(9, steps.length));
  for (const output of [first, again]) expect(output).not.toContain('Every login');
  const client = await signIn(machine, url);
  expect((await client.api.getJob.query({ id: rendered })).job.status).toBe('COMPLETED');
  await twoHosts(machine, client);
  await installAgain(machine);
  await stopAsUser(machine);
  await twoHosts(machine, client);
  await leave(machine);
}

/** Runs these steps, and returns what they print. */
async function takeAll(machine: Machine, steps: readonly Step[]): Promise<string> {
  let all = '';
  for (const { title, block } of steps) {
    const { exitCode, output } = await machine.run(block);
    expect(exitCode, `${title}\n${output}\n${await machine.logs()}`).toBe(0);
    all += output;
  }
  return all;
}

/** Sets the reader's own values, and checks that each variable of step 0 has one. */
async function setOwn(machine: Machine, own: Own): Promise<void> {
  for (const [name, value] of Object.entries(own)) {
    const { exitCode } = await machine.run(`test -n "$${name}"\n${name}=${value}\n`);
    expect([name, exitCode]).toEqual([name, 0]);
  }
}

/** The same command again ends the worker in order, and starts it with its present settings. */
async function installAgain(machine: Machine): Promise<void> {
  const before = await machine.mainPid('renderdeck-worker@render-b');
  const { exitCode, output } = await machine.run(
    'RENDERDECK_WORKER_NAME=render-b DATABASE_URL= renderdeck worker install\n',
  );
  expect(exitCode, `${output}\n${await machine.logs()}`).toBe(0);
  expect(output).toMatch(/has ended[.] It gave no job back/);
  expect(await machine.mainPid('renderdeck-worker@render-b')).not.toBe(before);
}

/** The user of the unit finds the settings of the worker, and ends it in order. */
async function stopAsUser(machine: Machine): Promise<void> {
  const asUser = 'runuser -u renderdeck -- env RENDERDECK_WORKER_NAME=render-b DATABASE_URL=';
  const { exitCode, output } = await machine.run(
    `${asUser} renderdeck worker stop --drain\nsystemctl start renderdeck-worker@render-b\n`,
  );
  expect(output).toMatch(/has ended[.] It gave no job back/);
  expect(exitCode, output).toBe(0);
}

/** Undoes the installation: no unit and no login of a host stays. */
async function leave(machine: Machine): Promise<void> {
  for (const host of HOSTS) {
    const asHost = `RENDERDECK_WORKER_NAME=${host} DATABASE_URL=`;
    const { exitCode, output } = await machine.run(`${asHost} renderdeck worker leave --now\n`);
    expect(exitCode, `${output}\n${await machine.logs()}`).toBe(0);
  }
  const { exitCode, output } = await machine.run('renderdeck api uninstall\n');
  expect(exitCode, output).toBe(0);
  const left = await machine.run(
    'ls /etc/systemd/system | grep renderdeck || true; ls /etc/renderdeck\n',
  );
  expect(left.output.split('\n')).toEqual(['api.env', 'owner.env']);
}

async function lookThroughProxy({ SITE, HTTPS_PORT }: Own): Promise<void> {
  const get = async (path: string, ...more: string[]) => {
    const site = `${SITE}:${HTTPS_PORT}`;
    const resolve = `${site}:127.0.0.1`;
    const args = ['-ksS', '--resolve', resolve, '-w', '\n%{http_code}', `https://${site}${path}`];
    return (await execa('curl', [...args, ...more], { reject: false })).stdout;
  };
  expect(await waitFor(async () => /<title>[\s\S]*\n200$/.exec(await get('/')))).not.toBeNull();
  expect(await get('/readyz')).toMatch(/\n404$/);
  // The files are compressed at the build, and come through the proxy as they are.
  const [, script = ''] = /src="([^"]+[.]js)"/.exec(await get('/')) ?? [];
  const head = await get(script, '-I', '-H', 'accept-encoding: br');
  expect(head.toLowerCase()).toContain('content-encoding: br');
}

/** Kills a worker. The worker is started again, and the farm goes on. */
async function surviveKill(machine: Machine, url: string): Promise<void> {
  const unit = 'renderdeck-worker@render-a';
  const pid = await machine.mainPid(unit);
  process.kill(pid, 'SIGKILL');
  await waitFor(async () => (await machine.mainPid(unit)) !== pid, { withinMs: 60_000 });
  await twoHosts(machine, await signIn(machine, url));
}
