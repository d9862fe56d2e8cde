import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { openRest } from './open-rest.ts';

const rest = openRest();
const SECRET = 'hunter2-over-rest';
const ORDER = {
  template: { src: `https://sam:${SECRET}@files.example/intro.aep`, composition: 'main' },
};

test('POST /api/jobs/:id/resubmit: 201, where it is, and its secrets in no answer', async () => {
  const { send } = rest;
  const id = await rest.submit('Intro', 50, ORDER);
  const again = await send('sam', 'POST', `/api/jobs/${id}/resubmit`, { name: 'Again' });
  expect(again).toMatchObject({
    status: 201,
    headers: { etag: '"1"' },
    body: { success: true, job: { name: 'Again', rerunOf: id, submittedBy: 'sam' } },
  });
  const location = String(again.headers.location);
  const answers = [again];
  for (const url of [location, `/api/jobs/${id}`, '/api/jobs', `${location}/changes`, '/api/audit'])
    answers.push(await send('ada', 'GET', url));
  expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200, 200]);
  expect(JSON.stringify(answers)).not.toContain(SECRET);
  expect(answers[2]?.body).toMatchObject({ job: { rerunBy: [location.split('/').at(-1)] } });
});

test('an edited copy of a job keeps its secrets, and only its owner may make it', async () => {
  const { send } = rest;
  const id = await rest.submit('Intro', 50, ORDER);
  const edited = {
    template: { src: 'https://•••@files.example/intro.aep', composition: 'spring' },
  };
  const again = await send('sam', 'POST', '/api/jobs', { job: edited, rerunOf: id });
  expect(again).toMatchObject({
    status: 201,
    body: { job: { rerunOf: id, submittedBy: 'sam', name: 'spring (intro.aep)' } },
  });
  const location = String(again.headers.location);
  const answers = [again];
  for (const url of [location, `/api/jobs/${id}`, '/api/audit'])
    answers.push(await send('ada', 'GET', url));
  expect(JSON.stringify(answers)).not.toContain(SECRET);
  expect(answers[2]?.body).toMatchObject({ job: { rerunBy: [location.split('/').at(-1)] } });
  const line = expect.objectContaining({ after: expect.objectContaining({ rerunOf: id }) });
  expect(answers[3]?.body).toMatchObject({ entries: expect.arrayContaining([line]) });

  const moved = { template: { ...edited.template, src: 'https://•••@evil.example/intro.aep' } };
  const refused = await send('sam', 'POST', '/api/jobs', { job: moved, rerunOf: id });
  expectProblem(refused, 400, 'job_refused');
  expect(refused.body).toMatchObject({ fields: [{ field: 'template.src' }] });
  const ofAda = await send('ada', 'POST', '/api/jobs', { job: ORDER });
  const other = String(ofAda.headers.location).split('/').at(-1);
  const stolen = await send('sam', 'POST', '/api/jobs', { job: edited, rerunOf: other });
  expectProblem(stolen, 403, 'not_your_job');
  const wrong = {
    template: { src: 'a.aep', composition: 'x', outputExt: '.' },
    assets: [{ type: 'x' }],
  };
  const all = await send('sam', 'POST', '/api/jobs', { job: wrong });
  expect(all.body).toMatchObject({
    fields: [
      { field: 'template.outputExt' },
      { field: 'template.src' },
      { field: 'assets[0].type' },
    ],
  });
  const templates = await send('vera', 'GET', '/api/jobs/templates');
  expect(templates).toMatchObject({ status: 200, body: { templates: [] } });
});

test('a repeat with its key is the first; the job of another is 403', async () => {
  const { send } = rest;
  const id = await rest.submit();
  const url = `/api/jobs/${id}/resubmit`;
  const key = { 'idempotency-key': 'again-1' };
  const first = await send('sam', 'POST', url, undefined, key);
  expect((await send('sam', 'POST', url, undefined, key)).body).toEqual(first.body);
  expect(await rest.countJobs()).toBe(2);
  const of = await send('ada', 'POST', url, { priority: 90 });
  const other = String(of.headers.location);
  expectProblem(await send('sam', 'POST', `${other}/resubmit`), 403, 'not_your_job');
  expectProblem(await send('sam', 'POST', url, { priority: 90 }), 403, 'priority_too_high');
});

test('the changes of a job come in pages; an unknown parameter is refused', async () => {
  const { send } = rest;
  const id = await rest.submit();
  await send('ada', 'DELETE', `/api/jobs/${id}?reason=typo`);
  const first = await send('vera', 'GET', `/api/jobs/${id}/changes?limit=1`);
  expect(first).toMatchObject({
    status: 200,
    body: { changes: [{ event: 'submit' }], nextCursor: expect.any(String) },
  });
  const bad = await send('vera', 'GET', `/api/jobs/${id}/changes?cursor=x`);
  expectProblem(bad, 400, 'invalid_input');
});

test('GET /api/receipts/:number is the receipt of that cancel; reasons are one’s own', async () => {
  const { send } = rest;
  const id = await rest.submit();
  const { body } = await send('ada', 'DELETE', `/api/jobs/${id}?reason=typo`);
  const [, number] = /"number":(\d+)/.exec(JSON.stringify(body)) ?? [];
  expect(await send('vera', 'GET', `/api/receipts/${number}`)).toMatchObject({
    status: 200,
    body: { number: Number(number), job: { id, receipt: { reason: 'typo' } } },
  });
  expectProblem(await send('vera', 'GET', '/api/receipts/999999'), 404, 'receipt_not_found');
  expectProblem(await send('vera', 'GET', '/api/receipts/x'), 400, 'invalid_input');
  expect((await send('ada', 'GET', '/api/reasons')).body).toEqual({ reasons: ['typo'] });
  expectProblem(await send('vera', 'GET', '/api/reasons'), 403, 'forbidden');
});
