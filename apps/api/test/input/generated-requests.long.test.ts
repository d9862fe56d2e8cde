/*
 * Ten thousand generated requests to the API as a program: every procedure and every route, as
 * every role and without a user, with inputs that fit their schema, nearly fit, or do not fit.
 *
 * 1. None fails and none hangs. A refusal has its code and a sentence and shows no internals.
 * 2. A refused request changes no row. A trigger notes the transaction of each change that the API
 *    makes. A done action has its audit entry in the same transaction, and there are as many such
 *    entries as answers that say done.
 * 3. Refusals do not fill the audit log.
 *
 * RENDERDECK_TEST_SEED sets other inputs; a failure names the seed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SEED } from '@renderdeck/testing/random';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { farmOfFile } from '../../testing/open-farm.ts';
import { startApi } from '../../testing/start-api.ts';
import { countActions } from './generated/count-actions.ts';
import type { Known } from './generated/from-schema.ts';
import { judgeReply } from './generated/judge-reply.ts';
import { readKnownValues } from './generated/known-values.ts';
import type { GeneratedRequest } from './generated/request-parts.ts';
import { anyRequest } from './generated/requests.ts';
import { requestSender } from './generated/send-request.ts';
import { watchChanges } from './generated/watch-changes.ts';

const REQUESTS = 10_000;
const AT_ONCE = 16;
const CHUNK = 500;
/**
 * At most so many refusals: sixty of each of three users, one anonymous, a count for each of them,
 * and the wrong passwords that are checked.
 */
const LINES_A_MINUTE = 3 * 61 + 2 + 30;
const ANSWER_WITHIN_MS = 20_000;

const farm = farmOfFile();
let api: Awaited<ReturnType<typeof startApi>>;
let known: Known;
let playing = true;
let host: Promise<void>;

beforeAll(async () => {
  const url = await farm.database.urlAs('renderdeck_api');
  const unlimited = {
    RENDERDECK_REQUESTS_PER_MINUTE: '0',
    RENDERDECK_MAX_DELAY_MS: '0',
    RENDERDECK_LOG_LEVEL: 'error',
    RENDERDECK_NEXRENDER_API: 'on',
  };
  api = await startApi({ ...unlimited, DATABASE_URL: url });
  known = await readKnownValues(farm, api.url);
  host = playHost();
});
afterAll(async () => {
  playing = false;
  await host;
  await api.end();
});

/** Renders one job after the other and confirms every stop, so jobs of every status exist. */
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
      // The new job keeps the queue from running empty.
      await farm.submit('For the host');
      rendering.push((await farm.worker.claim()).jobId);
    }
    await sleep(25);
  }
}

/** Sends requests and collects what is wrong with the answers, and how many actions they did. */
function judgeRequests(secrets: ReadonlyMap<string, string>) {
  const { send, close } = requestSender(api.url, ANSWER_WITHIN_MS, AT_ONCE);
  const failures = new Map<string, string>();
  const actions = { least: 0, most: 0 };
  const judge = async ({ who, ...made }: GeneratedRequest): Promise<void> => {
    const secret = secrets.get(who) ?? '';
    const headers = {
      // As through a proxy: a sign-in from the API's own machine is held for up to a minute.
      'x-forwarded-for': '192.0.2.1',
      ...made.headers,
      ...(secret === '' ? {} : { authorization: `Bearer ${secret}`, 'nexrender-secret': secret }),
    };
    const note = (wrong: string, text = '') => {
      const target = `${made.method} ${/^[^?]*/.exec(made.path)?.[0].slice(0, 60)} ${wrong}`;
      const request = JSON.stringify({ who, ...made }).slice(0, 2000);
      if (!failures.has(target)) failures.set(target, `${request} ${text.slice(0, 1000)}`);
    };
    try {
      const reply = await send({ ...made, headers });
      const counted = countActions(made, reply);
      actions.least += counted.least;
      actions.most += counted.most;
      const wrong = judgeReply(made, reply);
      if (wrong !== null) note(wrong, reply.text);
    } catch (error) {
      note(String(error));
    }
  };
  return { judge, failures, actions, close };
}

const TITLE = `of ${REQUESTS} generated requests none fails, hangs or changes a row when refused`;
test(TITLE, async () => {
  const secrets = new Map([
    ['ada', farm.secretOf('ada')],
    ['sam', farm.secretOf('sam')],
    ['vera', farm.secretOf('vera')],
    ['forged', 'rd_forged'],
    ['nobody', ''],
  ]);
  const document: unknown = await (await fetch(`${api.url}/api/openapi.json`)).json();
  const request = anyRequest(document, known, [...secrets.keys()]);
  const apiUser = new URL(await farm.database.urlAs('renderdeck_api')).username;
  const changes = await watchChanges(farm.sql, apiUser);
  const startedAt = performance.now();
  const actionsBefore = await changes.actions();
  const { judge, failures, actions, close } = judgeRequests(secrets);
  for (let from = 0; from < REQUESTS; from += CHUNK) {
    const waiting = fc.sample(request, { numRuns: CHUNK, seed: SEED + from });
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await judge(next);
      }),
    );
  }
  close();

  expect({ seed: SEED, failures: [...failures] }).toEqual({ seed: SEED, failures: [] });
  expect({ seed: SEED, withoutAction: await changes.withoutAction() }).toEqual({
    seed: SEED,
    withoutAction: [],
  });
  const done = (await changes.actions()) - actionsBefore;
  const fits = actions.least <= done && done <= actions.most;
  expect({ seed: SEED, done, ...actions, fits }).toEqual({
    seed: SEED,
    done,
    ...actions,
    fits: true,
  });
  const minutes = 2 + (performance.now() - startedAt) / 60_000;
  expect(await changes.refusals()).toBeLessThan(minutes * LINES_A_MINUTE);
  expect({ seed: SEED, log: api.said() }).toEqual({ seed: SEED, log: '' });
}, 600_000);
