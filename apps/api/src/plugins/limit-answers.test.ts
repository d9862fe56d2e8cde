import { sendError } from '@renderdeck/rest-adapter';
import { aMoment } from '@renderdeck/testing/race';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { limitAnswers } from './limit-answers.ts';

/** A server whose handlers wait for `resume`. `ended` resolves when a handler has ended. */
function setUp() {
  const logged: string[] = [];
  const stream = { write: (line: string) => void logged.push(line) };
  const server = fastify({ logger: { level: 'warn', stream } });
  const [resume, ended] = [aMoment(), aMoment()];
  server.setErrorHandler(sendError);
  limitAnswers(server, 20);
  server.get('/answers', async (_request, reply) => {
    await resume.come.finally(() => setImmediate(ended.now));
    return reply.header('late', 'yes').send('done');
  });
  server.get('/throws', async () => {
    await resume.come.finally(() => setImmediate(ended.now));
    throw new Error('too late');
  });
  server.get('/takes-over', async (_request, reply) => {
    reply.hijack();
    await resume.come;
    reply.raw.end('own answer');
  });
  server.get('/now', async () => 'now');
  return { server, resume, ended, logged };
}

test.each(['/answers', '/throws'])(
  'the handler of %s ends after the 503 and disturbs no other request',
  async (url) => {
    const { server, resume, ended } = setUp();
    expect((await server.inject(url)).json()).toMatchObject({ status: 503, retryAfterSeconds: 5 });
    resume.now();
    await ended.come;
    expect((await server.inject('/now')).body).toBe('now');
    await server.close();
  },
);

test('a handler that hijacked the connection has no time limit', async () => {
  const { server, resume, logged } = setUp();
  const taken = server.inject('/takes-over').then(({ body }) => body);
  expect((await server.inject('/answers')).statusCode).toBe(503);
  expect(logged).toEqual([]);
  resume.now();
  expect(await taken).toBe('own answer');
  await server.close();
});
