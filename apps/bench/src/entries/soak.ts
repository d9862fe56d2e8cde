/*
 * Everything at once for a minute, at a rate that the machine can keep up with: submits, changes of
 * priority, cancels and reads over REST, workers that claim and complete, and clients that follow
 * all changes. Compares the last third of the time with the first third. A warm-up comes before,
 * because the heap of a program grows for a while after its start.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type ApiProgram, startApiProgram } from '../api-program.ts';
import type { BenchFarm } from '../bench-farm.ts';
import { PAYLOAD } from '../contenders/contender.ts';
import { openRenderdeck, type Renderdeck } from '../contenders/renderdeck.ts';
import { counted, type Finding, round, timed } from '../finding.ts';
import { median, quantile, time } from '../numbers.ts';
import { openSockets } from '../open-sockets.ts';
import { residentMb } from '../processes.ts';
import type { Sizes } from '../sizes.ts';

const WAITING = 20_000;
const PAUSE_MS = 10;
const SOCKETS = 20;
/** The length of the warm-up, as a part of the measured time that follows. */
const WARM_UP = 0.25;
const MOST_GROWN = 1.5;
const MOST_MORE_MEMORY = 1.2;

type Act = { readonly what: string; readonly clients: number; run(): Promise<unknown> };
type Sample = { readonly at: number; readonly ms: number };

export async function measureSoak(farm: BenchFarm, { soakSeconds }: Sizes): Promise<Finding[]> {
  const renderdeck = openRenderdeck(await farm.database());
  farm.onClose(renderdeck.close);
  await renderdeck.fill(WAITING);
  const api = await startApiProgram(farm, renderdeck.database);
  const sockets = await openSockets(api.url, api.token, SOCKETS);
  const acts = await actsOf(renderdeck, api);
  const errors: string[] = [];
  const memory: number[] = [];
  const samples = new Map<string, Sample[]>(acts.map(({ what }) => [what, []]));
  const startedAt = performance.now() + WARM_UP * soakSeconds * 1000;
  const isOver = () => performance.now() - startedAt >= soakSeconds * 1000;

  async function repeat({ what, run }: Act): Promise<void> {
    while (!isOver()) {
      const at = (performance.now() - startedAt) / (soakSeconds * 1000);
      try {
        const ms = await time(run);
        if (at >= 0) samples.get(what)?.push({ at, ms });
      } catch (error) {
        errors.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      }
      await delay(PAUSE_MS);
    }
  }
  async function watchMemory(): Promise<void> {
    await delay(startedAt - performance.now());
    while (!isOver()) {
      memory.push(await residentMb([api.pid]));
      await delay((soakSeconds * 1000) / 60);
    }
  }
  try {
    const clients = acts.flatMap((act) => Array.from({ length: act.clients }, () => repeat(act)));
    await Promise.all([watchMemory(), ...clients]);
  } finally {
    await sockets.close();
    await api.end();
  }
  for (const error of errors.slice(0, 5)) process.stderr.write(`  ${error}\n`);
  return [
    ...acts.map(({ what }) => compareThirds(what, samples.get(what) ?? [])),
    counted(`errors in ${soakSeconds} s`, String(errors.length), {
      ...{ target: '0', met: errors.length === 0 },
    }),
    compareMemory(memory),
  ];
}

async function actsOf(renderdeck: Renderdeck, api: ApiProgram): Promise<Act[]> {
  const last = await renderdeck.find('end', 500);
  let turn = 0;
  const next = () => {
    turn += 1;
    return { id: last[turn % last.length], priority: turn % 20 };
  };
  return [
    {
      ...{ what: 'submit', clients: 2 },
      run: () => api.send('POST', '/api/jobs', { job: PAYLOAD }),
    },
    {
      ...{ what: 'setPriority', clients: 2 },
      run: () => {
        const { id, priority } = next();
        return api.send('PATCH', `/api/jobs/${id}/priority`, { priority });
      },
    },
    {
      ...{ what: 'submit and cancel', clients: 1 },
      run: async () => {
        const made = await api.send('POST', '/api/jobs', { job: PAYLOAD, priority: 0 });
        return await api.send('DELETE', `/api/jobs/${idOf(made)}`);
      },
    },
    {
      ...{ what: 'list of the queue', clients: 1 },
      run: () => api.send('GET', '/api/jobs?show=active&limit=50'),
    },
    {
      what: 'claim, gate, finish (4 jobs at once)',
      clients: 1,
      run: () => renderdeck.completeGated(4),
    },
  ];
}

function idOf(answer: unknown): string {
  const { job } = Object(answer);
  return String(Object(job).id);
}

function compareThirds(what: string, samples: readonly Sample[]): Finding {
  const p99 = (from: number, to: number) =>
    quantile(
      samples.filter(({ at }) => at >= from && at < to).map(({ ms }) => ms),
      0.99,
    );
  const ratio = p99(2 / 3, 1) / p99(0, 1 / 3);
  return timed(
    what,
    samples.map(({ ms }) => ms),
    {
      ratio: `p99 of the last third: ${round(ratio)} × that of the first`,
      target: `≤ ${MOST_GROWN} ×`,
      met: ratio <= MOST_GROWN,
    },
  );
}

function compareMemory(memory: readonly number[]): Finding {
  const third = Math.ceil(memory.length / 3);
  const [first, last] = [median(memory.slice(0, third)), median(memory.slice(-third))];
  const ratio = last / first;
  return counted('memory of the API', `${round(first)} MB, then ${round(last)} MB`, {
    ratio: `${round(ratio)} × the first third`,
    target: `≤ ${MOST_MORE_MEMORY} ×`,
    met: ratio <= MOST_MORE_MEMORY,
  });
}
