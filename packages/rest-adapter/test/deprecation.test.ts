import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { serveRest } from './serve-rest.ts';

test('an unknown address of /api/v1 says that it is deprecated and where to go', async () => {
  const answer = await serveRest({ nexrenderApi: true }).send('vera', 'GET', '/api/v1/nothing');
  expectProblem(answer, 404, 'not_found');
  expect(answer.headers).toMatchObject({
    deprecation: '@1795564800',
    link: '</api/docs>; rel="successor-version"',
  });
});
