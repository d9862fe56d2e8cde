/*
 * Hosts have different lists, roots, path maps and addresses. What one of them refuses is given
 * back at no cost, and another one renders it. A job that every known host refuses says so and
 * waits. The API of these tests accepts every job.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { copyTo } from '@renderdeck/standalone/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';
import { listen } from './farm/listen.ts';

const farm = farmOfFile();

test('a job outside of the output roots of one host is rendered by the other one', async () => {
  const elsewhere = join(farm.folders.output, '..', 'elsewhere');
  await mkdir(elsewhere, { recursive: true });
  await farm.startWorker('strict', { RENDERDECK_OUTPUT_ROOTS: elsewhere });
  const job = await farm.submit();
  const given = await farm.untilJob(
    job.id,
    'given back',
    ({ view }) => view.job.status === 'QUEUED' && view.job.attempts > 0,
  );
  // It was given back before anything started.
  expect(given.attempts).toMatchObject([
    { host: 'strict', outcome: 'hostFailed', tree: null, scratchPath: null },
  ]);
  expect(given.view).toMatchObject({ noHostLeft: true, keptOff: [{ host: 'strict', times: 1 }] });
  const warnings = [
    expect.stringMatching(/^No known host may render this job/),
    expect.stringMatching(/given back by strict: .* lies outside of RENDERDECK_OUTPUT_ROOTS/s),
  ];
  expect((await farm.send('GET', `/jobs/${job.id}`)).body).toMatchObject({
    job: { warnings: expect.arrayContaining(warnings) },
  });
  await farm.startWorker('open');
  const done = await farm.until(job.id, 'COMPLETED');
  expect(done.attempts.map(({ host, outcome }) => [host, outcome])).toEqual([
    ['open', 'completed'],
    ['strict', 'hostFailed'],
  ]);
  expect(existsSync(job.output)).toBe(true);
});

/** Returns how a Windows host names a path below the farm's folders. */
const onWindows = (path: string) => `W:${path.replaceAll('/', '\\')}`;

test('a job with Windows paths waits for the host that has a map for them', async () => {
  await farm.startWorker('without');
  const job = await farm.submit({
    actions: (output) => ({ postrender: [copyTo(onWindows(output))] }),
    change: (order) => ({
      ...order,
      template: { src: onWindows(readTemplate(order)), composition: 'main' },
      assets: [],
    }),
  });
  const given = await farm.untilJob(
    job.id,
    'given back',
    ({ view }) => view.job.status === 'QUEUED' && view.job.attempts > 0,
  );
  expect(given.attempts[0]).toMatchObject({ outcome: 'hostFailed' });
  expect(given.view.job.failure).toMatch(/path of Windows.*RENDERDECK_PATH_MAP/s);
  // The host that gave the job back still takes other jobs.
  await farm.until((await farm.submit()).id, 'COMPLETED');

  const { assets, output } = farm.folders;
  await farm.startWorker('mapped', {
    RENDERDECK_PATH_MAP: [assets, output].map((path) => `${onWindows(path)}=${path}`).join(';'),
  });
  const done = await farm.until(job.id, 'COMPLETED');
  expect(done.attempts[0]).toMatchObject({ host: 'mapped', outcome: 'completed' });
  expect(existsSync(job.output)).toBe(true);
});

function readTemplate(order: Record<string, unknown>): string {
  const { src } = Object(order.template);
  return new URL(String(src)).pathname;
}

describe('a host with its own addresses, without scripts', () => {
  const asked: string[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    asked.push(`${headers.host?.split(':')[0]} ${url}`);
    const to = `http://localhost:${headers.host?.split(':')[1]}/metadata`;
    if (url === '/redirects') response.writeHead(302, { location: to }).end();
    else response.end('{"AccessKeyId": "of the host"}');
  });
  let listening: Awaited<ReturnType<typeof listen>>;

  beforeAll(async () => {
    listening = await listen(server);
  });
  beforeEach(async () => {
    await farm.startWorker('guarded', {
      RENDERDECK_SCRIPTS: 'off',
      // `localhost` stands for the metadata service, which this machine does not have.
      RENDERDECK_REFUSE_ADDRESSES: 'localhost',
    });
  });
  afterAll(() => listening.close());

  /** Submits the sample job with this as its second asset. */
  const submitWith = (asset: Record<string, unknown>) =>
    farm.submit({
      change: (job) => ({ ...job, assets: [...[job.assets].flat().slice(0, 1), asset] }),
    });

  /** Waits until the only host has given a job with this asset back. Cancels it, returns why. */
  async function refusalOf(asset: Record<string, unknown>): Promise<string | null | undefined> {
    const { id } = await submitWith(asset);
    const given = await farm.untilJob(id, 'given back', ({ view }) => view.keptOff.length > 0);
    await farm.cancel(id);
    return given.view.keptOff[0]?.why;
  }
  const image = (src: string) => ({ type: 'image', layerName: 'logo', src });

  test('the host refuses an asset on a refused address', async () => {
    expect(await refusalOf(image('http://localhost/secret'))).toMatch(
      /assets\[1\]\.src is on .*, where sources may not be.*RENDERDECK_ALLOW_ADDRESSES/,
    );
  });

  test('a redirect to a refused address is refused when the render would connect', async () => {
    const { id } = await submitWith(image(`http://127.0.0.1:${listening.port}/redirects`));
    expect((await farm.until(id, 'FAILED', 60_000)).view.job.failure).toMatch(
      /^assets\[1\]\.src \(http:.*\) could not be downloaded: localhost may not be reached by jobs/,
    );
    expect(asked).toEqual(['127.0.0.1 /redirects']);
  });

  test('without scripts the host refuses a script', async () => {
    expect(
      await refusalOf({ type: 'script', src: 'data:text/plain,system.callSystem("id")' }),
    ).toMatch(/assets\[1\]\.type is script, which may not be used.*RENDERDECK_SCRIPTS/);
  });
});
