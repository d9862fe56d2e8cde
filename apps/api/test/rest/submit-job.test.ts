import { submitJobOutput } from '@renderdeck/contract';
import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { AN_INSTANT, openRest } from './open-rest.ts';

const rest = openRest();

const nexrenderJob = { template: { src: 'file:///C:/projects/intro.aep', composition: 'main' } };

test('POST /api/jobs queues the job: 201, the job, and where it is', async () => {
  const { send } = rest;
  const { status, headers, body } = await send('sam', 'POST', '/api/jobs', {
    job: nexrenderJob,
    priority: 40,
    name: 'Intro',
  });
  const id = String(headers.location).replace('/api/jobs/', '');
  expect(status).toBe(201);
  expect(body).toEqual({
    success: true,
    job: {
      id,
      name: 'Intro',
      status: 'QUEUED',
      priority: 40,
      tags: [],
      position: 1,
      noHostOffers: null,
      drainedHosts: null,
      template: 'intro.aep',
      version: 1,
      progress: 0,
      timeLeftMs: null,
      estimate: null,
      transfer: null,
      phase: null,
      attempt: null,
      host: null,
      submittedBy: 'sam',
      createdAt: AN_INSTANT,
      startedAt: null,
      endedAt: null,
      failure: null,
      output: 'none',
      receipt: null,
      rerunOf: null,
      rerunBy: [],
      openAttempts: [],
      warnings: [],
    },
    warnings: [expect.stringMatching(/^Nothing of this job will be published: /)],
  });
});

test('a submission and the job say what has no effect, and show no secret', async () => {
  const { send } = rest;
  const job = {
    template: { ...nexrenderJob.template, frameIncrement: 2, password: 'hunter22' },
    actions: { postrender: [{ module: '@nexrender/action-copy', output: 'D:\\out\\a.mov' }] },
    priority: 20,
  };
  const { body, headers } = await send('sam', 'POST', '/api/jobs', { job });
  const warnings = [
    'template.frameIncrement has no effect: nexrender reads incrementFrame.',
    'template.password has no effect: nexrender does not know it.',
  ];
  const ofPriority = expect.stringMatching(/^priority has no effect inside the job, /);
  expect(body).toMatchObject({ warnings: [...warnings, ofPriority] });
  const { body: shown } = await send('vera', 'GET', String(headers.location));
  expect(shown).toMatchObject({ warnings });
  expect(JSON.stringify([body, shown])).not.toContain('hunter22');
});

test('priority defaults to 50, and the job is found at its location', async () => {
  const { send } = rest;
  const { headers } = await send('sam', 'POST', '/api/jobs', { job: nexrenderJob });
  expect(await send('vera', 'GET', String(headers.location))).toMatchObject({
    status: 200,
    body: { job: { priority: 50 } },
  });
});

test('a submit without session is 401, by a viewer 403; both are audited, no job', async () => {
  const { send } = rest;
  const anonymous = await send(null, 'POST', '/api/jobs', { job: nexrenderJob });
  expectProblem(anonymous, 401, 'unauthenticated');
  expect(anonymous.headers['www-authenticate']).toBe('Bearer realm="Renderdeck"');
  expectProblem(await send('vera', 'POST', '/api/jobs', { job: nexrenderJob }), 403, 'forbidden');
  expect(await rest.countJobs()).toBe(0);
  expect((await rest.audit()).map(({ channel, action, code }) => [channel, action, code])).toEqual([
    ['rest', 'submitJob', 'unauthenticated'],
    ['rest', 'submitJob', 'forbidden'],
  ]);
});

test.each([
  [undefined, 'job: A nexrender job is an object with a template.'],
  [
    { job: {} },
    'job.template: template is missing; a nexrender job has {template: {src, composition}}.',
  ],
  [
    { job: { template: { src: 'file:///a.aep' } } },
    'job.template.composition: template.composition is missing; it is text.',
  ],
  [
    { job: nexrenderJob, priority: 101 },
    'priority: A priority is a whole number from 0 to 100; larger runs first.',
  ],
  [
    { job: nexrenderJob, priority: 1.5 },
    'priority: A priority is a whole number from 0 to 100; larger runs first.',
  ],
  [{ job: { ...nexrenderJob, uid: 7 } }, 'job.uid: uid is text; it may be left out.'],
])(
  'POST /api/jobs with %j is a 400 that names the field and queues nothing',
  async (body, detail) => {
    const { send } = rest;
    const answer = await send('ada', 'POST', '/api/jobs', body);
    expectProblem(answer, 400, 'invalid_input', {
      detail,
      fields: [{ field: detail.split(': ')[0], message: detail.split(': ').slice(1).join(': ') }],
    });
    expect(await rest.countJobs()).toBe(0);
    expect((await rest.audit()).map(({ code }) => code)).toEqual(['invalid_input']);
  },
);

test('a repeated Idempotency-Key gives the first 201; with another body a 409', async () => {
  const { send } = rest;
  const submit = (as: 'sam' | 'ada', body: object, key = '8e03978e-40d5-43dd-bc93-6894a57f9324') =>
    send(as, 'POST', '/api/jobs', body, { 'idempotency-key': key });
  const first = await submit('sam', { job: nexrenderJob });
  const again = await submit('sam', { job: nexrenderJob });
  expect([first.status, again.status]).toEqual([201, 201]);
  // Only a read of the job says when it starts.
  const { job, ...others } = submitJobOutput.parse(first.body);
  expect(again.body).toEqual({
    success: true,
    ...others,
    job: { ...job, estimate: expect.anything() },
  });
  expect(again.headers.location).toBe(first.headers.location);
  expectProblem(
    await submit('sam', { job: nexrenderJob, priority: 49 }),
    409,
    'idempotency_key_reused',
    {
      jobId: String(first.headers.location).replace('/api/jobs/', ''),
    },
  );
  expect(await rest.countJobs()).toBe(1);
  expect((await submit('ada', { job: nexrenderJob })).headers.location).not.toBe(
    first.headers.location,
  );
  expectProblem(await submit('sam', { job: nexrenderJob }, 'x'.repeat(201)), 400, 'invalid_input');
  expect(await rest.countJobs()).toBe(2);
});
