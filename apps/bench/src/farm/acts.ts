import { setTimeout as delay } from 'node:timers/promises';
import type { ApiProgram } from '../api-program.ts';
import type { BenchDatabase } from '../bench-databases.ts';
import { PAYLOAD } from '../contenders/contender.ts';

export const ACTS = ['submit', 'cancel', 'setPriority', 'list', 'getJob'] as const;
export type ActName = (typeof ACTS)[number];
export type ActSample = { readonly act: ActName; readonly at: number; readonly tookMs: number };

/** Jobs behind all others in the queue, so that no host claims one before its act. */
const STOCK = 20_000;

/**
 * Performs acts of admins over HTTP in turn, so many a second, each at the next API. The schedule
 * does not wait for a slow answer, and a time counts from the moment when the act was due. `stop`
 * waits for the last answer.
 *
 * Long because: its acts share the jobs.
 */
export async function performActs(
  apis: readonly ApiProgram[],
  { sql }: BenchDatabase,
  perSecond: number,
) {
  const rows = await sql`SELECT id FROM jobs WHERE queue_key IS NOT NULL
    ORDER BY queue_key DESC LIMIT ${STOCK}`;
  const ids = rows.map(({ id }) => String(id));
  const submitted: string[] = [];
  let samples: ActSample[] = [];
  let errors: string[] = [];
  let isOver = false;
  let turn = 0;
  const send = async (method: string, path: string, body?: unknown) =>
    await apis[Math.floor(turn / ACTS.length) % apis.length]?.send(method, path, body);
  const any = () => ids[turn % ids.length] ?? '';
  const run: Record<ActName, () => Promise<unknown>> = {
    async submit() {
      // Behind all others, so that it still waits when it is cancelled.
      const made = await send('POST', '/api/jobs', { job: PAYLOAD, priority: 0 });
      submitted.push(idOf(made));
    },
    cancel: () => send('DELETE', `/api/jobs/${submitted.shift() ?? ids.pop() ?? ''}`),
    setPriority: () =>
      send('PATCH', `/api/jobs/${any()}/priority`, { priority: Math.floor(turn / 5) % 20 }),
    list: () => send('GET', '/api/jobs?show=active&limit=50'),
    getJob: () => send('GET', `/api/jobs/${any()}`),
  };

  async function perform(act: ActName, dueAt: number): Promise<void> {
    try {
      await run[act]();
      samples.push({ act, at: Date.now(), tookMs: performance.now() - dueAt });
    } catch (error) {
      errors.push(`${act}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  async function follow(): Promise<void> {
    if (perSecond === 0) return;
    const open = new Set<Promise<void>>();
    const startedAt = performance.now();
    while (!isOver) {
      const dueAt = startedAt + (turn * 1000) / perSecond;
      await delay(Math.max(0, dueAt - performance.now()));
      const act = ACTS[turn % ACTS.length] ?? 'list';
      const performed = perform(act, dueAt).finally(() => open.delete(performed));
      open.add(performed);
      turn += 1;
    }
    await Promise.all(open);
  }
  const following = follow();
  return {
    /** What was measured since the last call. */
    report() {
      const report = { samples, errors };
      [samples, errors] = [[], []];
      return report;
    },
    async stop(): Promise<void> {
      isOver = true;
      await following;
    },
  };
}

function idOf(answer: unknown): string {
  const { job } = Object(answer);
  return String(Object(job).id);
}
