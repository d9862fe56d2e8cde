/*
 * A farm whose jobs get sources from stores and upload to them, with the logins of a host. A stop
 * during an upload leaves nothing under the final name. The host removes what is left on the
 * server.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOGINS, REGION, startS3 } from '@renderdeck/render-host/testing/stores';
import { waitFor } from '@renderdeck/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';

const UPLOAD = '@nexrender/action-upload';
type Job = Record<string, unknown>;
const farm = farmOfFile();
let s3: Awaited<ReturnType<typeof startS3>>;
beforeAll(async () => {
  s3 = await startS3();
  const { endpoint } = s3;
  const file = join(farm.folders.assets, 'credentials.json');
  const films = { for: ['s3://films'], region: REGION, endpoint, ...LOGINS.writer };
  const web = { for: [endpoint], headers: { 'X-Key': 'of the host' }, plainHttp: true };
  await writeFile(file, JSON.stringify({ films, web }), { mode: 0o600 });
  await farm.startWorker('one', {
    RENDERDECK_ACTIONS: `@nexrender/action-copy,${UPLOAD}`,
    RENDERDECK_CREDENTIALS_FILE: file,
  });
});
afterAll(async () => {
  await s3.close();
});

const uploadTo = (key: string) => ({
  ...{ module: UPLOAD, provider: 's3', input: 'source.bin' },
  params: { bucket: 'films', key },
});
const submit = (key: string, more: Job = {}) =>
  farm.submit({
    actions: () => ({ postrender: [uploadTo(key)] }),
    change: (job: Job) => ({
      ...job,
      assets: [{ type: 'static', name: 'source.bin', src: 's3://films/source.bin', ...more }],
    }),
  });

test('a source comes from a bucket, and the result is published there', async () => {
  await s3.put('films', 'source.bin', 'a film');
  const { id } = await submit('result.bin');
  const { view } = await farm.until(id, 'COMPLETED');
  expect(`${await s3.get('result.bin')}`).toBe('a film');
  expect(view.job.output).toBe('published');
  const { body } = await farm.send('GET', `/jobs/${id}`);
  expect(JSON.stringify(body)).toContain(`${s3.endpoint}/films/result.bin`);
  const told = JSON.stringify([body, (await farm.send('GET', `/jobs/${id}/log`)).body]);
  expect(told).not.toContain(LOGINS.writer.secretAccessKey);
});

test('a job that names a login that the host lacks is given back', async () => {
  const { id } = await submit('result.bin', { params: { login: 'nobody' } });
  const given = await farm.untilJob(id, 'given back', ({ view }) => view.keptOff.length > 0);
  expect(given.view.keptOff[0]?.why).toMatch(/: assets\[0\] needs the login nobody\./);
  await farm.cancel(id);
});

test('a job whose proxy would get a login of the host fails, and says why', async () => {
  const params = { proxy: s3.endpoint };
  const { id } = await submit('result.bin', { src: `${s3.endpoint}/films/source.bin`, params });
  const { view } = await farm.until(id, 'FAILED');
  expect(view.job.failure).toBe(
    `assets[0].params.proxy may not be given for ${s3.endpoint}, ` +
      'where this host adds its login web.',
  );
  expect(s3.requests.filter(({ headers }) => 'x-key' in headers)).toEqual([]);
});

test('a stop during an upload is proven, and the host removes what it left', async () => {
  await s3.put('films', 'source.bin', 'a film');
  let hold = () => {};
  const isHeld = new Promise<void>((resolve) => {
    hold = resolve;
  });
  s3.once('PUT', () => hold());
  const { id } = await submit('stopped.bin');
  await isHeld;
  const call = s3.requests.at(-1)?.call ?? '';
  expect(await s3.hasUpload(call)).toBe(true);
  const { receipt } = await farm.cancel(id, '?waitMs=20000');
  expect(receipt).toMatchObject({ outcome: 'cancelled', output: 'none', survivors: [] });
  const removed = await waitFor(async () => {
    const { view } = await farm.readJob(id);
    return view.receipt?.files?.leftovers.length === 0 ? view.receipt : null;
  });
  expect(removed.output).toBe('none');
  expect(await s3.hasUpload(call)).toBe(false);
  expect(await s3.get('stopped.bin')).toBeNull();
});
