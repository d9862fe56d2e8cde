/*
 * Runs the walkthrough of docs/production.md from its text. Each shell block between the two marks
 * runs unchanged, as root, on a separate machine (own-machine.ts).
 */
import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@renderdeck/client';
import { temporaryFolder, waitFor } from '@renderdeck/testing';
import { findSystemPostgres } from '@renderdeck/testing/system-postgres';
import { findFreePort } from '@renderdeck/testing/system-user';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { copyCheckout } from './copy-checkout.ts';
import { findCgroups, type Machine, startMachine } from './walkthrough/own-machine.ts';

const PAGE = fileURLToPath(new URL('../../../docs/production.md', import.meta.url));
const UNITS = ['renderdeck-api', 'renderdeck-worker@render-a', 'renderdeck-worker@render-b'];

const postgres = await findSystemPostgres();
const cgroups = await findCgroups();
const hasNginx = await stat('/usr/sbin/nginx').then(Boolean, () => false);
const missing = [
  userInfo().uid === 0 ? null : 'it needs root',
  typeof postgres === 'string' ? postgres : null,
  cgroups === null ? 'no writable cgroup v2' : null,
  hasNginx ? null : 'nginx is not installed',
].filter((reason) => reason !== null);

type Step = { readonly title: string; readonly block: string };

async function readSteps(): Promise<Step[]> {
  const [, text = ''] =
    /<!-- walkthrough -->([\s\S]*?)<!-- \/walkthrough -->/.exec(await readFile(PAGE, 'utf8')) ?? [];
  return [...text.matchAll(/^\*\*(\d+[^*]*)\*\*[\s\S]*?^```sh\n([\s\S]*?)^```/gm)].map(
    ([, title = '', block = '']) => ({ title, block }),
  );
}

/** The values that the reader of step 0 writes in place of those in the document. */
type Own = Readonly<Record<'DB' | 'SITE' | 'API_PORT' | 'HTTPS_PORT' | 'AERENDER', string>>;

describe.runIf(missing.length === 0)('the walkthrough of docs/production.md', () => {
  test('every step works; the farm renders, stops a render and is restored', async () => {
    if (typeof postgres === 'string' || cgroups === null) return;
    const folder = await temporaryFolder('walkthrough');
    await mkdir(join(folder.path, 'db'));
    const cluster = await postgres.startCluster(join(folder.path, 'db'));
    const machine = await startMachine(folder.path, cgroups);
    try {
      // /opt/renderdeck is a link, because pnpm cannot make hard links across a mount.
      await copyCheckout(join(folder.path, 'renderdeck'));
      await symlink(join(folder.path, 'renderdeck'), join(machine.opt, 'renderdeck'));
      const database = new URL(cluster.url('postgres'));
      const own: Own = {
        DB: database.host,
        SITE: 'farm.test',
        API_PORT: String(await findFreePort()),
        HTTPS_PORT: String(await findFreePort()),
        AERENDER: await installStandIn(machine.opt),
      };
      await prepare(machine, database);
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
  expect(steps.map(({ title }) => Number.parseInt(title, 10))).toEqual([...steps.keys()]);
  const url = `http://127.0.0.1:${own.API_PORT}`;
  let rendered = '';
  for (const { title, block } of steps) {
    const { exitCode, output } = await machine.run(block);
    expect(exitCode, `${title}\n${output}\n${await machine.logs()}`).toBe(0);
    const number = Number.parseInt(title, 10);
    if (number === 0) await take(machine, own);
    if (number === 5) rendered = await renderAndStop(machine, url);
    if (number === 6) await lookThroughProxy(own);
    if (number === 7) expect(output).toMatch(/host render-a: .*container cgroup/);
    if (number === 8) await surviveKill(machine, url);
  }
  const client = await signIn(machine, url);
  expect((await client.api.getJob.query({ id: rendered })).job.status).toBe('COMPLETED');
  await twoHosts(client);
  await machine.run(`systemctl stop ${UNITS.join(' ')}`);
}

/** Sets the reader's own values, and checks that each variable of step 0 has one. */
async function take(machine: Machine, own: Own): Promise<void> {
  for (const [name, value] of Object.entries(own)) {
    const { exitCode } = await machine.run(`test -n "$${name}"\n${name}=${value}\n`);
    expect([name, exitCode]).toEqual([name, 0]);
  }
}

/** Sets how this reader reaches the server as a superuser, and the certificate of the site. */
async function prepare(machine: Machine, database: URL): Promise<void> {
  const { exitCode, output } = await machine.run(`
    PGHOST=${database.hostname}
    PGPORT=${database.port}
    PGUSER=${database.username}
    mkdir -p /etc/ssl/renderdeck
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=farm.test \\
      -keyout /etc/ssl/renderdeck/key.pem -out /etc/ssl/renderdeck/cert.pem 2>&1
  `);
  expect(exitCode, output).toBe(0);
}

/** Installs the stand-in for After Effects below the reader's /opt. */
async function installStandIn(opt: string): Promise<string> {
  const scripts = join(opt, 'ae/Scripts/Startup');
  await mkdir(scripts, { recursive: true });
  await writeFile(
    join(opt, 'ae/aerender'),
    '#!/usr/bin/env node\nimport("/opt/renderdeck/packages/aerender-stand-in/src/aerender.mjs");\n',
  );
  await writeFile(join(scripts, 'commandLineRenderer.jsx'), '// Of the stand-in.\n');
  await chmod(join(opt, 'ae/aerender'), 0o755);
  return '/opt/ae/aerender';
}

async function signIn(machine: Machine, url: string) {
  const { output } = await machine.run('printf %s "$RENDERDECK_PASSWORD"');
  const client = createClient({ url });
  await client.signIn('admin', output);
  return client;
}
type SignedIn = Awaited<ReturnType<typeof signIn>>;

async function twoHosts({ api }: SignedIn): Promise<void> {
  const hosts = await waitFor(
    async () => {
      const listed = (await api.listHosts.query()).hosts;
      return listed.every(({ state }) => state === 'idle') && listed.length === 2 && listed;
    },
    { withinMs: 60_000, what: 'two idle hosts' },
  );
  expect(hosts.map(({ name, container }) => [name, container])).toEqual([
    ['render-a', 'cgroup'],
    ['render-b', 'cgroup'],
  ]);
}

/** Renders one job to the outputs, and stops another with a proof by the kernel. */
async function renderAndStop(machine: Machine, url: string): Promise<string> {
  const client = await signIn(machine, url);
  const { api } = client;
  await twoHosts(client);
  // nexrender changes a script beside aerender.
  await machine.run('chown --recursive renderdeck /opt/ae');
  const submit = async (name: string, frames: number) => {
    const project = JSON.stringify({ standIn: { frames, frameMs: 50 } });
    await machine.run(`printf %s '${project}' >/srv/projects/${name}.aep`);
    const template = { src: `file:///srv/projects/${name}.aep`, composition: 'main' };
    const copy = { module: '@nexrender/action-copy', output: `/srv/renders/${name}.avi` };
    const job = { template, actions: { postrender: [copy] } };
    return (await api.submitJob.mutate({ name, job })).job.id;
  };
  const short = await submit('short', 5);
  const long = await submit('long', 5000);
  const jobOf = async (id: string) => (await api.getJob.query({ id })).job;
  const withinMs = 60_000;
  const ended = await waitFor(
    async () => {
      const job = await jobOf(short);
      return !['QUEUED', 'RENDERING'].includes(job.status) && job;
    },
    { withinMs, what: 'the end of the short job' },
  ).catch(async (cause) => {
    const { failure } = await jobOf(short);
    throw new Error(`The job waits: ${failure}\n${await machine.logs()}`, { cause });
  });
  expect(ended, await machine.logs()).toMatchObject({ status: 'COMPLETED' });
  expect((await machine.run('stat --format %U /srv/renders/short.avi')).output).toBe('renderdeck');
  await waitFor(async () => (await jobOf(long)).progress > 0, { withinMs });
  const { receipt } = await api.cancelJob.mutate({ id: long, reason: 'walkthrough' });
  expect(receipt).toMatchObject({ outcome: 'cancelled', proof: 'kernel' });
  return short;
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
  await twoHosts(await signIn(machine, url));
}
