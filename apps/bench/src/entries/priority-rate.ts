/*
 * How many changes of priority are possible each second: in this process with several connections,
 * and over REST. Twenty clients send one change after another. No two changes that run at once are
 * of the same job. Each change has positions, an audit line and a change row.
 */
import { createUser, groupPriorityChanges, setPriority } from '@renderdeck/operations';
import { startProgram } from '../api-program.ts';
import type { BenchFarm } from '../bench-farm.ts';
import { openContenders } from '../contenders/open-contenders.ts';
import { compare, type Finding, jobs, rated } from '../finding.ts';
import { load } from '../load.ts';
import { median, rate } from '../numbers.ts';
import { signIn, USER } from '../request-cases.ts';
import type { Sizes } from '../sizes.ts';
import { takeTurns } from '../take-turns.ts';

const CLIENTS = 20;
const LEAST = 1000;
/** More jobs than two turns change, so that no turn changes the jobs of the turn before. */
const IDS = 5000;
const WARM_UP_MS = 1500;

type Ways = Readonly<Record<'shared' | 'alone' | 'others' | 'rest' | 'restOfOne', Way>>;
/** `measure` returns changes per second. */
type Way = { readonly what: string; measure(): Promise<number> };

export async function measurePriorityRate(farm: BenchFarm, sizes: Sizes): Promise<Finding[]> {
  const depth = sizes.depths[1] ?? 0;
  const contenders = await openContenders(farm, depth);
  const { database } = contenders.renderdeck;
  await createUser(database.admin, { ...USER, role: 'admin' });
  const api = await startProgram('apps/api/src/main.ts', farm.folder, {
    DATABASE_URL: database.url,
    RENDERDECK_SESSION_SECRET: crypto.randomUUID(),
    RENDERDECK_LOG_LEVEL: 'warn',
    RENDERDECK_REQUESTS_PER_MINUTE: '0',
    RENDERDECK_MAX_DELAY_MS: '0',
    PORT: '0',
  });
  try {
    const times = sizes.batch * 5;
    const ways = await waysOf(contenders, api.port, sizes, { depth, times });
    const taken = await takeTurns(Object.values(ways), { rounds: sizes.rounds });
    const { shared, alone, others, rest, restOfOne } = ways;
    const row = ({ what }: Way, changes: number, compared: Partial<Finding> = {}) =>
      rated(what, taken(what), changes, compared);
    const enough = ({ what }: Way) => ({
      ...compare(median(taken(what)) / median(taken(alone.what)), 'each by itself'),
      ...{ target: `≥ ${LEAST} /s`, met: median(taken(what)) >= LEAST },
    });
    return [
      row(shared, times, enough(shared)),
      row(rest, 1, enough(rest)),
      row(restOfOne, 1),
      row(alone, times / 5),
      row(others, times),
    ];
  } finally {
    await api.end();
  }
}

async function waysOf(
  { renderdeck, graphile }: Awaited<ReturnType<typeof openContenders>>,
  port: number,
  sizes: Sizes,
  { depth, times }: { readonly depth: number; readonly times: number },
): Promise<Ways> {
  const { admin } = renderdeck.database;
  const next = inTurn(await renderdeck.find('middle', Math.min(IDS, depth)));
  const nextOfGraphile = inTurn(await graphile.find('middle', Math.min(IDS, depth)));
  const set = groupPriorityChanges(admin.db);
  const ms = sizes.name === 'full' ? 2000 : 400;
  const cookie = await signIn(port);
  const overRest = async (clients: number, forMs: number) =>
    (await load(port, { clients, ms: forMs, next: () => patch(next(), cookie) })).perSecond;
  await overRest(CLIENTS, WARM_UP_MS);
  const shared = () =>
    set(admin.requestContext, { ...next(), expectedVersion: null }).then(expectDone);
  const alone = () => setPriority(admin, { ...next(), expectedVersion: null }).then(expectDone);
  const others = () => {
    const { id, priority } = nextOfGraphile();
    return graphile.setPriority(id, priority);
  };
  const what = (how: string, clients = CLIENTS) =>
    `changes of priority, ${jobs(depth)} wait, ${how}, clients: ${clients}`;
  return {
    shared: { what: what('in process'), measure: () => rate(times, CLIENTS, shared) },
    alone: { what: what('each by itself'), measure: () => rate(times / 5, CLIENTS, alone) },
    others: { what: what(graphile.name), measure: () => rate(times, CLIENTS, others) },
    rest: { what: what('over REST'), measure: () => overRest(CLIENTS, ms) },
    restOfOne: { what: what('over REST', 1), measure: () => overRest(1, ms) },
  };
}

/** Returns the next job and a priority, which in most cases differs from the job's priority. */
function inTurn(ids: readonly string[]) {
  let next = 0;
  return () => {
    next += 1;
    return { id: ids[next % ids.length] ?? '', priority: (next * 37) % 101 };
  };
}

function patch({ id, priority }: { id: string; priority: number }, cookie: string): string {
  const body = JSON.stringify({ priority });
  return (
    `PATCH /api/jobs/${id}/priority HTTP/1.1\r\nhost: bench\r\n${cookie}` +
    `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  );
}

function expectDone(outcome: { readonly ok: boolean }): void {
  if (!outcome.ok) throw new Error(`a rule rejected it: ${JSON.stringify(outcome)}`);
}
