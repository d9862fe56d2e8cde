import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { openRest } from '../rest/open-rest.ts';

const rest = openRest();
const order = { template: { src: 'file:///C:/projects/intro.aep', composition: 'main' } };

test('unless it is switched on, there is nothing at its addresses', async () => {
  const { send } = rest;
  const id = await rest.submit('Intro');
  for (const [method, url] of [
    ['POST', '/api/v1/jobs'],
    ['GET', '/api/v1/jobs'],
    ['GET', '/api/v1/health'],
    ['PUT', `/api/v1/jobs/${id}`],
    ['DELETE', `/api/v1/jobs/${id}`],
  ] as const) {
    const answer = await send('ada', method, url, method === 'GET' ? undefined : order);
    expectProblem(answer, 404, 'not_found');
    expect(answer.headers).not.toHaveProperty('deprecation');
  }
});
