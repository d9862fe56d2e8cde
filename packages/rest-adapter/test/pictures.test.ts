import { expect, test } from 'vitest';
import { serveRest } from './serve-rest.ts';

test('a picture is sent as bytes that the browser of its user may keep', async () => {
  const { send, fake } = serveRest();
  const { id } = fake.farm.submit('Intro', 'sam');
  const webp = Buffer.from('RIFF').toString('base64');
  const size = { width: 320, height: 180, at: '2026-03-01T12:00:00.000Z' };
  fake.farm.pictures.set(id, [{ attempt: 1, number: 3, frame: 12, moment: null, ...size, webp }]);
  expect(await send('vera', 'GET', `/api/jobs/${id}/attempts/1/pictures/3`)).toMatchObject({
    status: 200,
    body: 'RIFF',
    headers: {
      'content-type': 'image/webp',
      'cache-control': 'private, max-age=86400, immutable',
      vary: expect.stringContaining('Authorization'),
    },
  });
  expect(await send('vera', 'GET', `/api/jobs/${id}/attempts/1/pictures/4`)).toMatchObject({
    status: 404,
  });
  expect(await send(null, 'GET', `/api/jobs/${id}/attempts/1/pictures/3`)).toMatchObject({
    status: 401,
  });
});
