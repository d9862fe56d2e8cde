/*
 * A job without a name is named after its composition and the file of its template. Other parts of
 * the address may be secret and are left out.
 */
import { expect, test } from 'vitest';
import { apiOfFile, farmOfFile } from '../../testing/open-farm.ts';

const farm = farmOfFile();
const api = apiOfFile(farm);

test.each([
  ['file:///C:/farm/intro.aep', 'main (intro.aep)'],
  ['d:\\work\\intro.aep', 'main (intro.aep)'],
  ['\\\\nas\\share\\intro.aep', 'main (intro.aep)'],
  ['https://shop.example/a/intro.aep?token=planted', 'main (intro.aep)'],
  ['https://maria:planted@shop.example/intro.aep', 'main (intro.aep)'],
  ['https://maria:planted@shop.example', 'main'],
  ['http://maria:planted@shop.example?x=1', 'main'],
  ['data:application/octet-stream;base64,planted/planted', 'main'],
])('a template at %s: %s', async (src, name) => {
  const submitted = await api.send('sam', 'POST', '/api/jobs', {
    job: { template: { src, composition: 'main' } },
  });
  expect(submitted).toMatchObject({ status: 201, body: { job: { name } } });
});
