/* The answers of routes that change something. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { serveRest } from './serve-rest.ts';

const withId = z.looseObject({ delivery: z.looseObject({ id: z.string() }) });

test('the answer to the revocation of a token shows the token', async () => {
  const { send } = serveRest();
  await send('ada', 'POST', '/api/tokens', { name: 'night', role: 'submitter' });
  expect(await send('ada', 'DELETE', '/api/tokens/night')).toMatchObject({
    status: 200,
    body: { success: true, token: { name: 'night' } },
  });
});

test('a user is changed by name', async () => {
  const { send } = serveRest();
  expect(await send('ada', 'PATCH', '/api/users/sam', { role: 'viewer' })).toMatchObject({
    status: 200,
    body: { success: true, user: { name: 'sam', role: 'viewer' } },
  });
});

test('a webhook is changed and tested, and its message is sent again', async () => {
  const { send } = serveRest();
  const address = 'https://hooks.example.com/farm';
  await send('ada', 'POST', '/api/webhooks', { name: 'ops', address, events: ['failed'] });
  expect(await send('ada', 'PATCH', '/api/webhooks/ops', { disabled: true })).toMatchObject({
    status: 200,
    body: { success: true, webhook: { name: 'ops', disabled: { reason: 'ada disabled it.' } } },
  });
  await send('ada', 'PATCH', '/api/webhooks/ops', { disabled: false });
  const tested = await send('ada', 'POST', '/api/webhooks/ops/test');
  expect(tested).toMatchObject({ status: 200, body: { success: true } });
  const { id } = withId.parse(tested.body).delivery;
  expect(await send('ada', 'POST', `/api/webhook-deliveries/${id}/redeliver`)).toMatchObject({
    status: 200,
    body: { success: true, delivery: { id, state: 'waiting' } },
  });
});

const EVENTS = { accept: 'text/event-stream' };

test('HEAD of a log as events sends no event', async () => {
  const { send, fake } = serveRest();
  const { id } = fake.farm.submit('Intro', 'sam');
  fake.farm.claimNext();
  const url = `/api/jobs/${id}/attempts/1/log`;
  expect(await send('vera', 'HEAD', url, undefined, EVENTS)).toMatchObject({
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8' },
    body: undefined,
  });
});

test('an error of the server ends the events of a log with a problem, and is logged', async () => {
  const { send, fake, server } = serveRest();
  const { id } = fake.farm.submit('Intro', 'sam');
  fake.farm.claimNext();
  fake.farm.complete(id);
  const { contextOf } = fake;
  let reads = 0;
  Object.assign(fake, {
    contextOf(...args: Parameters<typeof contextOf>) {
      const context = contextOf(...args);
      const port = new Proxy(context.port, {
        get(target, name) {
          if (name === 'getLogText') reads += 1;
          if (reads > 1) throw new Error('a bug');
          return Reflect.get(target, name);
        },
      });
      return { ...context, port };
    },
  });
  const logged: unknown[] = [];
  server.addHook('onRequest', async (request) => {
    request.log.error = (...line: unknown[]) => void logged.push(line);
  });
  const { status, body } = await send(
    'vera',
    'GET',
    `/api/jobs/${id}/attempts/1/log`,
    undefined,
    EVENTS,
  );
  expect(status).toBe(200);
  expect(body).toMatch(/event: problem\ndata: \{"code":"internal",/);
  expect(logged).toHaveLength(1);
});
