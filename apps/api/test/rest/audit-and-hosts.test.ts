import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { AN_INSTANT, openRest } from './open-rest.ts';

const rest = openRest();
const HOST = { name: 'render-01', standIn: true, renderer: 'aerender stand-in' };
const seal = z.object({ number: z.string(), hash: z.string() }).nullable();
const sealSchema = z.object({ entries: z.array(z.object({ seal })) });

test('GET /api/audit gives an admin every matching line, newest first', async () => {
  const { send } = rest;
  const id = await rest.submit('Intro');
  await send('sam', 'DELETE', `/api/jobs/${id}`);
  await send('ada', 'DELETE', `/api/jobs/${id}`);
  const { status, body } = await send(
    'ada',
    'GET',
    `/api/audit?action=cancelJob&jobId=${id}&limit=1`,
  );
  expect(status).toBe(200);
  expect(body).toEqual({
    entries: [
      {
        id: expect.stringMatching(/^\d+$/),
        at: AN_INSTANT,
        actor: { kind: 'user', name: 'ada' },
        channel: 'rest',
        address: '127.0.0.1',
        requestId: expect.stringMatching(/./),
        action: 'cancelJob',
        outcome: 'done',
        code: null,
        result: 'done',
        jobId: id,
        jobName: 'Intro',
        reason: null,
        before: { status: 'QUEUED' },
        after: { status: 'CANCELLED', receipt: expect.any(Number) },
        // Null until the line is sealed, which a background task does soon.
        seal: sealSchema.parse(body).entries[0]?.seal,
      },
    ],
    holes: [],
    nextCursor: expect.stringMatching(/^\d+-\d+$/),
    head: expect.stringMatching(/^\d+-\d+$/),
    whole: true,
  });
});

test('a host that answers its check gives 200, a late one gives 202', async () => {
  const { send } = rest;
  const url = '/api/hosts/render-01/check';
  expect(await send('ada', 'POST', url, { waitMs: 0 })).toMatchObject({
    status: 202,
    body: {
      success: true,
      finished: false,
      host: { ...HOST, checkAsked: { by: 'ada' }, check: null },
    },
  });
  await rest.host.answerCheck();
  const asked = send('ada', 'POST', url, {});
  await rest.host.answerCheck();
  expect(await asked).toMatchObject({
    status: 200,
    body: { success: true, finished: true, host: { checkAsked: null, check: { held: true } } },
  });
  expectProblem(await send('ada', 'POST', url, { waitMs: 300_001 }), 400, 'invalid_input');
});

test.each(['gone', 'release'])('%s needs a reason, and a silent host', async (what) => {
  const { send } = rest;
  const ask = (reason: string | undefined, name = 'render-01') => {
    const url = `/api/hosts/${encodeURIComponent(name)}/${what}`;
    return send('ada', 'POST', url, what === 'gone' ? { confirmName: name, reason } : { reason });
  };
  for (const reason of ['', '  ', 'x'.repeat(141), undefined])
    expectProblem(await ask(reason), 400, 'invalid_input');
  expectProblem(await ask('It burned.'), 409, 'host_heard', {
    detail: expect.stringContaining('render-01 was heard at'),
  });
  expectProblem(await ask('It burned.', 'ae 99/é'), 404, 'host_not_found');
});

test('a host is declared gone only if its name is confirmed', async () => {
  const body = { confirmName: 'render-02', reason: 'It burned.' };
  const answer = await rest.send('ada', 'POST', '/api/hosts/render-01/gone', body);
  expectProblem(answer, 400, 'invalid_input', {
    fields: [expect.objectContaining({ field: 'confirmName' })],
  });
});
