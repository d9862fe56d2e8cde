/*
 * WebSocket messages that are not messages of tRPC. None gets a failure, every socket can be
 * closed, and the API still works.
 */
import { SEED } from '@renderdeck/testing/random';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type RawData, WebSocket } from 'ws';
import { farmOfFile } from '../../testing/open-farm.ts';
import { closesInTime, forEach, unlimitedApiOfFile } from '../server/hostile-clients.ts';
import { oddText, oddValue, writeJson } from './generated/odd-values.ts';

const farm = farmOfFile();
const api = unlimitedApiOfFile(farm);

const PATHS_OF_TRPC = [
  'me',
  'getJob',
  'listJobs',
  'cancelJob',
  'submitJob',
  'onJobChange',
  'onAttemptLog',
  'onHostChange',
  'logout',
  '__proto__',
  'toString',
  '',
];
const message = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record(
        {
          id: fc.oneof({ weight: 4, arbitrary: fc.nat(50) }, oddValue),
          method: fc.oneof(
            {
              weight: 6,
              arbitrary: fc.constantFrom('query', 'mutation', 'subscription', 'subscription.stop'),
            },
            oddText,
          ),
          params: fc.oneof(
            {
              weight: 6,
              arbitrary: fc.record(
                { path: fc.constantFrom(...PATHS_OF_TRPC), input: oddValue, lastEventId: oddText },
                { requiredKeys: ['path'] },
              ),
            },
            oddValue,
          ),
          jsonrpc: fc.oneof(fc.constant('2.0'), oddValue),
        },
        { requiredKeys: ['id', 'method', 'params'] },
      )
      .map(writeJson),
  },
  { weight: 2, arbitrary: oddValue.map(writeJson) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      'PING',
      'PONG',
      '{',
      '[',
      '[[]]',
      '[null]',
      '\0',
      'null',
      '"x"',
      '[{},{}]',
    ),
  },
);
const conversation = fc.record({
  who: fc.constantFrom<'vera' | 'ada' | null>('vera', 'ada', null),
  path: fc.constantFrom(
    '/trpc',
    '/trpc?connectionParams=1',
    '/api/events',
    '/api/events?cursor=1:1:',
  ),
  messages: fc.array(
    fc.oneof({ weight: 9, arbitrary: message }, fc.uint8Array({ maxLength: 20 })),
    { minLength: 5, maxLength: 30 },
  ),
});

test('200 WebSockets with meaningless messages: none fails, each can be closed', async () => {
  const wrong = await forEach(
    fc.sample(conversation, { numRuns: 200, seed: SEED }),
    async ({ who, path, messages }) => {
      const headers = who === null ? {} : { authorization: `Bearer ${farm.secretOf(who)}` };
      const socket = new WebSocket(`${api.url.replace('http', 'ws')}${path}`, { headers });
      socket.on('error', () => undefined);
      const closed = closesInTime(socket);
      let said = '';
      socket.on('message', (data: RawData) => {
        said += String(data);
      });
      const opened = new Promise<boolean>((resolve) => socket.once('open', () => resolve(true)));
      if (await Promise.race([opened, closed.then(() => false)])) {
        for (const one of messages) socket.send(one);
        socket.close();
      }
      if (!(await closed)) return 'was left open';
      return said.includes('"internal"') || said.includes('INTERNAL_SERVER_ERROR')
        ? `failed: ${said.slice(0, 500)}`
        : null;
    },
  );
  expect({ seed: SEED, wrong }).toEqual({ seed: SEED, wrong: [] });
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
  expect({ seed: SEED, log: api.said() }).toEqual({ seed: SEED, log: '' });
}, 120_000);
