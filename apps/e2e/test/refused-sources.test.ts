/*
 * The host refuses what the API let through: sources on link-local and metadata addresses, also
 * after a redirect, and code for After Effects if RENDERDECK_SCRIPTS is off.
 */
import { createServer } from 'node:http';
import { type FarmUnderTest, startFarmUnderTest } from '@renderdeck/standalone/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

let farm: FarmUnderTest;
const asked: string[] = [];
const server = createServer(({ url = '', headers }, response) => {
  asked.push(`${headers.host?.split(':')[0]} ${url}`);
  const to = `http://localhost:${headers.host?.split(':')[1]}/metadata`;
  if (url === '/redirects') response.writeHead(302, { location: to }).end();
  else response.end('{"AccessKeyId": "of the host"}');
});
let port = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const bound = server.address();
  port = typeof bound === 'object' ? (bound?.port ?? 0) : 0;
  farm = await startFarmUnderTest({
    RENDERDECK_SCRIPTS: 'off',
    // `localhost` stands for the metadata service, which this machine does not have.
    RENDERDECK_REFUSE_ADDRESSES: 'localhost',
  });
  await farm.startWorker();
});
afterAll(async () => {
  await farm.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Submits the sample job with this as its second asset. */
const submitWith = (asset: Record<string, unknown>) =>
  farm.submit({
    change: (job) => ({ ...job, assets: [...[job.assets].flat().slice(0, 1), asset] }),
  });

/** Waits until the only host has given back a job with this asset, and cancels it. Returns why. */
async function refusalOf(asset: Record<string, unknown>): Promise<string | null | undefined> {
  const { id } = await submitWith(asset);
  const given = await farm.untilJob(id, 'given back', ({ view }) => view.keptOff.length > 0);
  await farm.cancel(id);
  return given.view.keptOff[0]?.why;
}
const image = (src: string) => ({ type: 'image', layerName: 'logo', src });

test.each([
  'http://169.254.169.254/latest/meta-data/iam/',
  'http://[::ffff:a9fe:a9fe]/latest/',
  'http://metadata.google.internal/computeMetadata/v1/',
  'http://localhost/secret',
])('the host refuses an asset on %s', async (src) => {
  expect(await refusalOf(image(src))).toMatch(
    /assets\[1\]\.src is on .*, where sources may not be.*RENDERDECK_ALLOW_ADDRESSES/,
  );
});

test('a redirect to a refused address is refused when the render would connect', async () => {
  const { id } = await submitWith(image(`http://127.0.0.1:${port}/redirects`));
  expect((await farm.until(id, 'FAILED', 60_000)).view.job.failure).toMatch(
    /^assets\[1\]\.src \(http:.*\) could not be downloaded: localhost may not be reached by jobs/,
  );
  expect(asked).toEqual(['127.0.0.1 /redirects']);
});

test('without scripts the host refuses script assets and expressions', async () => {
  expect(
    await refusalOf({ type: 'script', src: 'data:text/plain,system.callSystem("id")' }),
  ).toMatch(/assets\[1\]\.type is script, which may not be used.*RENDERDECK_SCRIPTS/);
  expect(
    await refusalOf({ type: 'data', layerName: 'x', property: 'name', expression: '1' }),
  ).toMatch(/assets\[1\]\.expression may not be used.*RENDERDECK_SCRIPTS/);
});
