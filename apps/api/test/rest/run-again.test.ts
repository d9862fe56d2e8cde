import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { openRest } from './open-rest.ts';

const rest = openRest();
const SECRET = 'hunter2-over-rest';
const ORDER = {
  template: { src: `https://sam:${SECRET}@files.example/intro.aep`, composition: 'main' },
};

test('POST /api/jobs/:id/resubmit: 201, where it is; a repeat is the first', async () => {
  const { send } = rest;
  const id = await rest.submit('Intro', 50, ORDER);
  const again = (key: string) =>
    send('sam', 'POST', `/api/jobs/${id}/resubmit`, { name: 'Again' }, { 'idempotency-key': key });
  const first = await again('again-1');
  expect(first).toMatchObject({
    status: 201,
    headers: { etag: '"1"' },
    body: { success: true, job: { name: 'Again', rerunOf: id, submittedBy: 'sam' } },
  });
  expect((await again('again-1')).body).toEqual(first.body);
  expect(await rest.countJobs()).toBe(2);
  expectProblem(await again('x'.repeat(201)), 400, 'invalid_input');
  const location = String(first.headers.location);
  expect(await send('vera', 'GET', location)).toMatchObject({ body: { job: { rerunOf: id } } });
});

test('an edited copy whose secret would go elsewhere names its wrong fields', async () => {
  const { send } = rest;
  const id = await rest.submit('Intro', 50, ORDER);
  const moved = { template: { ...ORDER.template, src: 'https://•••@evil.example/intro.aep' } };
  const refused = await send('sam', 'POST', '/api/jobs', { job: moved, rerunOf: id });
  expectProblem(refused, 400, 'job_refused');
  expect(refused.body).toMatchObject({ fields: [{ field: 'template.src' }] });
  const wrong = {
    template: { src: 'a.aep', composition: 'x', outputExt: '.' },
    assets: [{ type: 'x' }],
  };
  const all = await send('sam', 'POST', '/api/jobs', { job: wrong });
  const fields = ['template.outputExt', 'template.src', 'assets[0].type'];
  expect(all.body).toMatchObject({ fields: fields.map((field) => ({ field })) });
});

test('GET /api/receipts/:number is the receipt of that cancel', async () => {
  const { send } = rest;
  const id = await rest.submit();
  const { body } = await send('ada', 'DELETE', `/api/jobs/${id}?reason=typo`);
  const [, number] = /"number":(\d+)/.exec(JSON.stringify(body)) ?? [];
  expect(await send('vera', 'GET', `/api/receipts/${number}`)).toMatchObject({
    status: 200,
    body: { number: Number(number), job: { id, receipt: { reason: 'typo' } } },
  });
  expectProblem(await send('vera', 'GET', '/api/receipts/x'), 400, 'invalid_input');
});
