/*
 * The steps of docs/containers.md, from its text, with the Dockerfile and compose.yaml as they are:
 * build the images, start the farm, go to a new version, stop a render with its proof, save, stop,
 * remove. Podman is in the place of Docker (farm/podman.ts).
 */
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WireCancelReceipt, WireJob } from '@renderdeck/contract';
import { buildPackage } from '@renderdeck/renderdeck/build';
import { waitFor } from '@renderdeck/testing';
import { findFreePort } from '@renderdeck/testing/system-user';
import { expect, onTestFinished, test } from 'vitest';
import { installCommand } from './farm/install-command.ts';
import { findPodmanProblem, openPodman, type Podman } from './farm/podman.ts';
import { stepsOf, withValues } from './farm/steps-of-page.ts';

const CONTAINERS = fileURLToPath(new URL('../../../containers', import.meta.url));
const SERVICES = ['api-a', 'api-b', 'db', 'proxy', 'worker'] as const;
const PATIENT = { withinMs: 120_000, everyMs: 1000 };

type Shown = { readonly job: WireJob; readonly attempts: readonly { readonly number: number }[] };

const problem = await findPodmanProblem();
const skipped = problem === null ? '' : ` (skipped: ${problem})`;

/** The clone in which the reader begins, with the package of step 1, and `ctl` of the package. */
async function openClone({ folder, bin, shell }: Podman): Promise<void> {
  const clone = join(folder, 'clone');
  await mkdir(clone);
  await cp(CONTAINERS, join(clone, 'containers'), { recursive: true });
  await buildPackage(join(clone, 'dist'), () => {});
  await installCommand(bin, 'ctl', 'apps/ctl/src/main.ts');
  await shell(`cd ${clone}`);
}

/** `ctl` signs in with a token, because one address may send only some passwords a minute. */
async function openCtl({ shell }: Podman) {
  await shell('RENDERDECK_TOKEN=$(renderdeck ctl tokens add test --role admin)');
  const ctl = async (command: string) => await shell(`renderdeck ctl ${command} --json`);
  return {
    /** Runs the step that submits a job, and reads the job's id from what it prints. */
    async submit(step: string): Promise<string> {
      const [id] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(await shell(step)) ?? [];
      return id ?? expect.unreachable('no id is printed');
    },
    async untilRendering(id: string): Promise<Shown> {
      return await waitFor(
        async () => {
          const shown: Shown = JSON.parse(await ctl(`jobs show ${id}`));
          if (shown.job.progress > 0) return shown;
          throw new Error(`it is ${shown.job.status} ${shown.job.failure ?? ''}`);
        },
        { ...PATIENT, what: 'the job to render' },
      );
    },
    async cancel(id: string): Promise<WireCancelReceipt> {
      return JSON.parse(await ctl(`jobs cancel ${id} --wait-ms 60000`)).receipt;
    },
  };
}

/** No service can write its root file system, and each has its user. */
async function expectConfined({ podman }: Podman): Promise<void> {
  const look = 'id -u; touch /etc/written 2>&1 || true';
  const seen = SERVICES.map(async (service) => [
    service,
    ...(await podman('exec', `renderdeck-${service}-1`, 'sh', '-c', look)),
  ]);
  const refused = expect.stringContaining('Read-only file system');
  expect(await Promise.all(seen)).toEqual([
    ['api-a', '10001', refused],
    ['api-b', '10001', refused],
    ['db', '999', refused],
    ['proxy', '0', refused],
    ['worker', '10001', refused],
  ]);
}

async function expectHealthy({ podman }: Podman): Promise<void> {
  const healthy = ['ps', '--filter=health=healthy', '--format={{.Names}}'] as const;
  await expect
    .poll(async () => (await podman(...healthy)).toSorted(), { timeout: PATIENT.withinMs })
    .toEqual(['renderdeck-api-a-1', 'renderdeck-api-b-1', 'renderdeck-db-1']);
}

/** Caddy shows the page, and hides what is for the supervisor. */
async function expectProxied({ shell }: Podman): Promise<void> {
  const get = (path: string) =>
    shell(`curl --silent --show-error --cacert root.crt "$RENDERDECK_URL${path}" \\
      --write-out '\n%{http_code}'`);
  expect(await get('/')).toMatch(/<title>[\s\S]*\n200$/);
  expect(await get('/readyz')).toMatch(/\n404$/);
}

test.skipIf(problem !== null)(
  `a farm in containers renders, stops a render with proof, and leaves nothing${skipped}`,
  async ({ skip }) => {
    const opened = await openPodman().catch((error: unknown) =>
      skip(`no container runs here: ${String(error).trim().split('\n').at(-1)}`),
    );
    onTestFinished(opened.close);
    const { shell, podman, buildServers } = opened;
    const [values = '', , images = '', passwords = '', start = '', signIn = '', job = '', ...rest] =
      await stepsOf('containers.md', 'Step by step');
    const [update = '', updateWorker = '', save = '', stop = '', remove = ''] = rest;
    await Promise.all([openClone(opened), buildServers()]);
    await shell(
      withValues(values, { SITE: 'localhost', HTTPS_PORT: String(await findFreePort()) }),
    );
    await shell(images);
    await shell(passwords);
    await shell(start);
    await waitFor(() => shell(signIn), { ...PATIENT, what: 'an API behind Caddy' });
    await expectConfined(opened);
    await expectHealthy(opened);
    await expectProxied(opened);

    const ctl = await openCtl(opened);
    const id = await ctl.submit(job);
    await ctl.untilRendering(id);
    await shell(update);
    const { attempts } = await ctl.untilRendering(id);
    expect(attempts).toMatchObject([{ number: 1, outcome: null }]);
    const receipt = await ctl.cancel(id);
    expect(receipt).toMatchObject({ outcome: 'cancelled', survivors: [], proof: 'forkFree' });
    expect(receipt.openAttempts).toEqual([]);
    await shell(updateWorker);
    await shell(save);
    expect(await shell('head --bytes=5 farm.dump')).toBe('PGDMP');
    // The SQL of the first start has forbidden what the owner of the database may not forbid.
    const migrated = await podman('logs', 'renderdeck-migrate-1');
    expect(migrated.join('\n')).not.toContain('Every login');

    // The new worker ends its render before it ends itself.
    await ctl.untilRendering(await ctl.submit(job));
    await shell(stop);
    const ended = await podman('ps', '--all', '--format={{.Names}} {{.ExitCode}}');
    expect(ended.toSorted()).toEqual(
      [...SERVICES, 'migrate'].map((name) => `renderdeck-${name}-1 0`).toSorted(),
    );
    await shell(remove);
    expect(await podman('ps', '--all', '--quiet')).toEqual([]);
    expect(await podman('volume', 'ls', '--quiet')).toEqual([]);
    expect(await podman('network', 'ls', '--format={{.Name}}')).toEqual(['podman']);
  },
  480_000,
);
