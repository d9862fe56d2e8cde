/*
 * Twenty thousand requests that nobody would write by hand, thrown at the API as its users start it: every procedure and every route, as every role and
 * as nobody, with inputs that fit their schemas, nearly fit, or are anything at all. None fails, none hangs, every refusal says its code and a sentence
 * and nothing of the inside, and none of them changes a row. Nor do refusals fill the audit log.
 *
 * Which request changed a row is known exactly, whatever runs beside it: a trigger notes the transaction of each change that the API makes, an act leaves
 * its audit line in its own transaction, and there are as many such lines as acts were answered well.
 *
 * RENDERDECK_TEST_SEED repeats a run; a failure names the seed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startApi } from '../testing/start-api.ts';
import { countActs } from './generated/count-acts.ts';
import type { Known } from './generated/from-schema.ts';
import { judgeReply } from './generated/judge-reply.ts';
import { ODD_CURSORS, oddText } from './generated/odd-values.ts';
import { anyRequest, type GeneratedRequest } from './generated/requests.ts';
import { requestSender } from './generated/send-request.ts';
import { watchChanges } from './generated/watch-changes.ts';
import { openFarm, PASSWORD, type TestFarm } from './serve-api.ts';

const REQUESTS = 20_000;
const AT_ONCE = 16;
const CHUNK = 500;
/** Of refusals, at most: three who are known leave sixty each, a stranger one, and each a count; besides, the wrong passwords that are looked at. */
const LINES_A_MINUTE = 3 * 61 + 2 + 30;
const ANSWER_WITHIN_MS = 20_000;

let farm: TestFarm;
let api: Awaited<ReturnType<typeof startApi>>;
let known: Known;
let playing = true;
let host: Promise<void>;

beforeAll(async () => {
  farm = await openFarm();
  const url = await farm.database.urlAs('renderdeck_api');
  const unlimited = {
    RENDERDECK_REQUESTS_PER_MINUTE: '0',
    RENDERDECK_MAX_DELAY_MS: '0',
    RENDERDECK_LOG_LEVEL: 'error',
    RENDERDECK_NEXRENDER_API: 'on',
  };
  api = await startApi({ ...unlimited, DATABASE_URL: url });
  known = await knownValues();
  host = playHost();
});
afterAll(async () => {
  playing = false;
  await host;
  await api.end();
  await farm.close();
});

/** A host that renders one job after the other and confirms every stop, so that jobs of every status are asked for. */
async function playHost(): Promise<void> {
  const rendering: string[] = [];
  for (let turn = 0; playing; turn += 1) {
    const stopped = await farm.sql<
      { id: string }[]
    >`SELECT id FROM jobs WHERE status = 'CANCELLING'`;
    for (const { id } of stopped) await farm.worker.acknowledge(id);
    if (turn % 40 === 0) {
      if (rendering.length > 4)
        await (turn % 80 === 0 ? farm.worker.complete : farm.worker.fail)(
          rendering.shift() ?? '',
          'no',
        );
      rendering.push((await farm.worker.claim()).jobId);
    }
    await sleep(25);
  }
}

/** What means something here: jobs that are there, names that are taken, cursors of pages. */
async function knownValues(): Promise<Known> {
  const ids: string[] = [];
  for (let count = 0; count < 60; count += 1)
    ids.push((await farm.submit(`Job ${count}`, count % 101)).job.id);
  const ask = async (path: string) => {
    const answer = await fetch(`${api.url}${path}`, {
      headers: { authorization: `Bearer ${farm.secretOf('ada')}` },
    });
    return z.object({ nextCursor: z.string() }).parse(await answer.json()).nextCursor;
  };
  const [{ snapshot } = { snapshot: '' }] = await farm.sql<
    { snapshot: string }[]
  >`SELECT pg_current_snapshot()::text AS snapshot`;
  const cursor = fc.constantFrom(
    await ask('/api/jobs?limit=5'),
    await ask('/api/jobs?limit=40'),
    await ask('/api/audit?limit=2'),
    snapshot,
    ...ODD_CURSORS,
  );
  const text = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('because', 'ada', '') }, oddText);
  const id = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...ids) }, fc.uuid());
  const name = fc.constantFrom(
    'ada',
    'vera',
    'sam',
    'eve',
    'Åsa',
    'script',
    'a.b@c',
    'x'.repeat(64),
  );
  return {
    id,
    jobId: id,
    uid: id,
    cursor,
    lastEventId: cursor,
    reason: text,
    actor: text,
    after: fc.constantFrom(0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1),
    expectedVersion: fc.constantFrom(1, 2, 3, 2 ** 31, 2 ** 53 - 1),
    waitMs: fc.constantFrom(0, 1, 40),
    username: fc.oneof({ weight: 3, arbitrary: name }, oddText),
    name: fc.oneof({ weight: 5, arbitrary: name }, oddText),
    password: fc.constantFrom(PASSWORD, 'quite another password'),
    src: fc.constantFrom(
      'file:///c/a.aep',
      'file:///d/b.aep',
      'https://user:pass@files.example/a.aep',
      'd:\\a b\\c.aep',
      '\\\\share\\a.aep',
      'ftp://x/a',
    ),
    module: fc.constantFrom('@nexrender/action-copy', '@nexrender/action-encode', 'child_process'),
    type: fc.constantFrom('image', 'video', 'data', 'script'),
    composition: fc.constantFrom('main', 'Größe 2', "it's"),
    layerName: fc.constantFrom('logo', 'Texte à gauche', 'a\0b', 'x\ud800'),
    layerIndex: fc.constantFrom(1, '2', 0),
    property: fc.constantFrom('Source Text', 'x\ny'),
    actions: fc.constantFrom(
      {},
      {
        postrender: [
          { module: '@nexrender/action-copy', input: 'result.avi', output: '/out/a.avi' },
        ],
      },
    ),
    assets: fc.constantFrom(
      [],
      [{ type: 'data', layerName: 'a', property: 'Source Text', value: '\u0000' }],
      [{ type: 'image', src: 'https://x/a.png', layerName: 'logo', more: { '\ud800': 1 } }],
      [{ type: 'data', layerName: 'a', property: 'Source Text', value: '«lists-9000»' }],
      [{ type: 'data', layerName: 'a', property: 'Source Text', value: '«objects-20000»' }],
    ),
  };
}

test(`${REQUESTS} generated requests: none fails, hangs or tells of the inside; what is refused says why and changed no row`, async () => {
  const seed = Number(process.env.RENDERDECK_TEST_SEED ?? Math.trunc(Math.random() * 2 ** 31));
  const authorization = {
    ada: farm.secretOf('ada'),
    sam: farm.secretOf('sam'),
    vera: farm.secretOf('vera'),
    forged: 'rd_forged',
    nobody: '',
  };
  const document: unknown = await (await fetch(`${api.url}/api/openapi.json`)).json();
  const request = anyRequest(document, known, Object.keys(authorization));
  const changes = await watchChanges(
    farm.sql,
    new URL(await farm.database.urlAs('renderdeck_api')).username,
  );
  const startedAt = performance.now();
  const actsBefore = await changes.acts();
  const { send, close } = requestSender(api.url, ANSWER_WITHIN_MS, AT_ONCE);
  const failures = new Map<string, string>();
  const acts = { least: 0, most: 0 };

  async function ask({ who, ...made }: GeneratedRequest): Promise<void> {
    const secret = new Map(Object.entries(authorization)).get(who) ?? '';
    const asked = {
      ...made,
      headers: {
        ...made.headers,
        ...(secret === '' ? {} : { authorization: `Bearer ${secret}`, 'nexrender-secret': secret }),
      },
    };
    const told = (wrong: string, text = '') => {
      const target = `${made.method} ${/^[^?]*/.exec(made.path)?.[0].slice(0, 60)} ${wrong}`;
      if (!failures.has(target))
        failures.set(
          target,
          `${JSON.stringify({ who, ...made }).slice(0, 2000)} ${text.slice(0, 1000)}`,
        );
    };
    try {
      const reply = await send(asked);
      const counted = countActs(made, reply);
      acts.least += counted.least;
      acts.most += counted.most;
      const wrong = judgeReply(made, reply);
      if (wrong !== null) told(wrong, reply.text);
    } catch (error) {
      told(String(error));
    }
  }

  for (let from = 0; from < REQUESTS; from += CHUNK) {
    const waiting = fc.sample(request, { numRuns: CHUNK, seed: seed + from });
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await ask(next);
      }),
    );
  }
  close();

  expect({ seed, failures: [...failures] }).toEqual({ seed, failures: [] });
  expect({ seed, withoutAct: await changes.withoutAct() }).toEqual({ seed, withoutAct: [] });
  const done = (await changes.acts()) - actsBefore;
  expect({ seed, done, ...acts, fits: acts.least <= done && done <= acts.most }).toMatchObject({
    fits: true,
  });
  const minutes = 2 + (performance.now() - startedAt) / 60_000;
  expect(await changes.refusals()).toBeLessThan(minutes * LINES_A_MINUTE);
  expect({ seed, log: api.said() }).toEqual({ seed, log: '' });
}, 600_000);
