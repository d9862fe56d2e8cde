/*
 * Measures what the API adds to the least cost of a request. It compares the API with Fastify and
 * postgres.js that run one prepared statement (bare-api.ts), on the same database, in turn, with
 * one client and with twenty. The ratio compares answers per second, so a larger ratio is better.
 */
import { randomUUID } from 'node:crypto';
import { temporaryFolder } from '@renderdeck/testing/temporary-folder';
import { type Program, startProgram } from './api-program.ts';
import type { BenchFarm } from './bench-farm.ts';
import { type Finding, round } from './finding.ts';
import { ask, type Load, load } from './load.ts';
import { median } from './numbers.ts';
import { cpuSeconds } from './processes.ts';
import { casesOf, fill, type RequestCase, signIn } from './request-cases.ts';
import type { Sizes } from './sizes.ts';

const CLIENTS = [1, 20];

export async function measureRequestPath(farm: BenchFarm, { name }: Sizes): Promise<Finding[]> {
  const [rounds, ms, warmUpMs] = name === 'full' ? [5, 1000, 700] : [1, 300, 300];
  const folder = await temporaryFolder('bench-api');
  const database = await farm.database();
  await fill(database);
  const api = await startProgram('apps/api/src/main.ts', folder.path, {
    DATABASE_URL: database.url,
    RENDERDECK_SESSION_SECRET: randomUUID(),
    RENDERDECK_LOG_LEVEL: 'warn',
    // One address sends all requests. The limit is checked but never reached.
    RENDERDECK_REQUESTS_PER_MINUTE: '100000000',
    RENDERDECK_MAX_DELAY_MS: '60000',
    PORT: '0',
  });
  const bare = await startProgram('apps/bench/src/bare-api.ts', folder.path, {
    DATABASE_URL: database.url,
  });
  try {
    const cases = await casesOf(database, await signIn(api.port));
    for (const { what, ours, bare: floor } of cases) {
      const sizes = [await ask(api.port, ours()), await ask(bare.port, floor())].map(
        ({ length }) => length,
      );
      process.stderr.write(`  ${what}: ${sizes.join(' and ')} bytes\n`);
      await load(api.port, { clients: 4, ms: warmUpMs, next: ours });
      await load(bare.port, { clients: 4, ms: warmUpMs, next: floor });
    }
    const findings: Finding[] = [];
    for (const one of cases)
      for (const clients of CLIENTS)
        findings.push(await compare(one, { clients, rounds, ms, api, bare }));
    return findings;
  } finally {
    await Promise.all([api.end(), bare.end()]);
    await folder.remove();
  }
}

type Run = {
  readonly clients: number;
  readonly rounds: number;
  readonly ms: number;
  readonly api: Program;
  readonly bare: Program;
};
type Rate = { readonly perSecond: number; readonly cpuMs: number };

async function compare(
  { what, ours, bare }: RequestCase,
  { clients, rounds, ms, ...programs }: Run,
): Promise<Finding> {
  const rates: { ours: Rate; bare: Rate }[] = [];
  for (let turn = 0; turn < rounds; turn += 1) {
    const floor = await rateOf(programs.bare, { clients, ms, next: bare });
    rates.push({ ours: await rateOf(programs.api, { clients, ms, next: ours }), bare: floor });
  }
  const ratio = median(rates.map((rate) => rate.ours.perSecond / rate.bare.perSecond));
  const of = (side: 'ours' | 'bare', key: keyof Rate) =>
    median(rates.map((rate) => rate[side][key]));
  const cpu = `CPU ${round(of('ours', 'cpuMs'))} and ${round(of('bare', 'cpuMs'))} ms each`;
  return {
    what: `${what}, ${clients} ${clients === 1 ? 'client' : 'clients'}`,
    samples: rounds,
    p50: `${round(of('ours', 'perSecond'))} /s`,
    p99: '',
    ratio: `${ratio.toFixed(3)} × bare (${round(of('bare', 'perSecond'))} /s), ${cpu}`,
    target: '',
    met: null,
  };
}

/** Returns the answers per second, and the CPU time of the program for each answer. */
async function rateOf({ port, pid }: Program, how: Load): Promise<Rate> {
  const before = cpuSeconds([pid]);
  const { perSecond, answers } = await load(port, how);
  return { perSecond, cpuMs: (cpuSeconds([pid]) - before) * (1000 / answers) };
}
