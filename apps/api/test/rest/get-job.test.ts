import { expect, test } from 'vitest';
import { openRest } from './open-rest.ts';

const rest = openRest();

test('GET /api/jobs/:id shows the job and its template, without path and secret', async () => {
  const { send } = rest;
  const id = await rest.submit('Intro', 50, {
    template: { src: 'https://ada:hunter2@files.example/shows/intro.aep?v=2', composition: 'main' },
    password: 'hunter2',
  });
  const { status, body } = await send('vera', 'GET', `/api/jobs/${id}`);
  expect(status).toBe(200);
  expect(JSON.stringify(body)).not.toMatch(/hunter2|files[.]example/);
  expect(body).toEqual({
    job: expect.objectContaining({ id, name: 'Intro', status: 'QUEUED', position: 1 }),
    attempts: [],
    hostLastHeardAt: null,
    ...{ picture: null, noPicture: 'Not started' },
    template: 'intro.aep',
    composition: 'main',
    hidden: [
      { path: ['template', 'src'], kinds: ['login in an address'] },
      { path: ['password'], kinds: ['by its name'] },
    ],
    warnings: [
      expect.stringMatching(/^Nothing of this job will be published/),
      'password is for actions only: nexrender does not know it.',
    ],
    ...{ published: [], uid: id },
  });
});

test('an id in capitals is the same job, in each request that names one', async () => {
  const { send } = rest;
  const id = await rest.submit();
  const url = `/api/jobs/${id.toUpperCase()}`;
  const job = expect.objectContaining({ id });
  expect(await send('vera', 'GET', url)).toMatchObject({ status: 200, body: { job } });
  expect(await send('ada', 'PATCH', `${url}/priority`, { priority: 70 })).toMatchObject({
    status: 200,
    body: { job },
  });
  expect(await send('ada', 'DELETE', `${url}?waitMs=10000`)).toMatchObject({ status: 200 });
});
