/* What REST says of tags: of a job that no host may have, of hosts, and in its document. */
import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { NEXRENDER_JOB } from '../../testing/open-farm.ts';
import { openRest } from './open-rest.ts';

const rest = openRest();
const tagged = (tags: unknown) => ({ job: { ...NEXRENDER_JOB, tags } });
const warning = (what: string) =>
  `No host offers${what}. The job waits, and its position counts the whole queue.`;

test('a job says which of its tags no host offers, wherever it is shown', async () => {
  const { send, host } = rest;
  await host.signOn('render-02', ['ae24']);
  await rest.submit('first');
  const submitted = await send('sam', 'POST', '/api/jobs', tagged('c4d, ae24,c4d'));
  const { id } = z.object({ job: z.object({ id: z.string() }) }).parse(submitted.body).job;
  const says = (noHostOffers: string[] | null, what: string | null) => ({
    ...{ id, status: 'QUEUED', tags: ['ae24', 'c4d'], position: 2, noHostOffers },
    warnings: what === null ? [] : [warning(what)],
  });
  const expectSaid = async (said: object) => {
    expect((await send('vera', 'GET', `/api/jobs/${id}`)).body).toMatchObject({ job: said });
    expect((await send('vera', 'GET', '/api/jobs?limit=10')).body).toMatchObject({
      jobs: [{ position: 1, tags: [], noHostOffers: null, warnings: [] }, said],
    });
  };
  expect(submitted).toMatchObject({ status: 201, body: { job: says(['c4d'], ': c4d') } });
  await expectSaid(says(['c4d'], ': c4d'));
  await host.signOn('render-03', ['c4d']);
  await expectSaid(says([], ' all of: ae24, c4d'));
  await host.signOn('render-03', ['ae24', 'c4d']);
  await expectSaid(says(null, null));
  expect((await send('vera', 'GET', '/api/hosts')).body).toMatchObject({
    hosts: [
      { name: 'render-01', tags: [] },
      { name: 'render-02', tags: ['ae24'] },
      { name: 'render-03', tags: ['ae24', 'c4d'] },
    ],
  });
  const changed = await send('ada', 'PATCH', `/api/jobs/${id}/priority`, { priority: 90 });
  expect(changed.body).toMatchObject({ newPosition: 1, job: { position: 1, noHostOffers: null } });
});

test.each([
  ['a+b', 'job.tags: tags has tags joined by commas, each with 1 to 32 letters'],
  [['a+b'], 'job.tags: tags has tags joined by commas, each with 1 to 32 letters'],
  [[7], 'job.tags: tags is text, with commas between the tags, or a list of texts.'],
])('tags such as %j are refused', async (tags, detail) => {
  const answer = await rest.send('sam', 'POST', '/api/jobs', tagged(tags));
  expectProblem(answer, 400, 'invalid_input', { detail: expect.stringContaining(detail) });
  expect(await rest.countJobs()).toBe(0);
});
