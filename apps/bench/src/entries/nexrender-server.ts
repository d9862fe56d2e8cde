/*
 * Sends the same requests to nexrender-server, which keeps all jobs in one file, and to /api/v1 of
 * Renderdeck, with a thousand stored jobs and with five thousand.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { send, startApiProgram } from '../api-program.ts';
import type { BenchFarm } from '../bench-farm.ts';
import { PAYLOAD, versionOf } from '../contenders/contender.ts';
import { fillQueue } from '../fill-queue.ts';
import { compare, type Finding, jobs, timed } from '../finding.ts';
import { median, time } from '../numbers.ts';
import type { Sizes } from '../sizes.ts';
import { type Side, takeTurns } from '../take-turns.ts';

const STORED = [1000, 5000];
const SECRET = 'bench';
const ACTS = ['submit', 'read', 'delete'] as const;
/** A program that prints its port and does not log the requests. */
const PROGRAM = `
  const port = console.log.bind(console);
  console.log = () => {};
  const server = require(process.argv[1]).listen(0, '${SECRET}');
  server.once('listening', () => port(server.address().port));`;

type Server = {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  end(): Promise<unknown>;
};

export async function measureNexrenderServer(farm: BenchFarm, sizes: Sizes): Promise<Finding[]> {
  const servers: (Server & { readonly stored: number })[] = [];
  const rowOf = (act: string, name: string, stored: number) =>
    `${act}, ${jobs(stored)} stored: ${name}`;
  try {
    for (const stored of STORED) {
      servers.push({ ...(await startRenderdeck(farm, stored)), stored });
      servers.push({ ...(await startNexrenderServer(farm, stored)), stored });
    }
    const sides = servers.flatMap((server) =>
      sidesOf(server, (act) => rowOf(act, server.name, server.stored)),
    );
    const rounds = Math.ceil(sizes.samples / 2);
    const taken = await takeTurns(sides, { rounds, warmUp: 3 });
    const [renderdeck, other] = servers;
    return ACTS.flatMap((act) =>
      servers.map(({ name, stored }) => {
        const times = taken(rowOf(act, name, stored));
        const ratio = median(times) / median(taken(rowOf(act, other?.name ?? '', stored)));
        const isOwn = name === renderdeck?.name;
        return timed(rowOf(act, name, stored), times, isOwn ? compare(ratio, 'its time') : {});
      }),
    );
  } finally {
    for (const server of servers) await server.end();
  }
}

/** Each turn submits a job, reads it and deletes it, and measures one of the three requests. */
function sidesOf({ url, token }: Server, rowOf: (act: string) => string): Side[] {
  const ask = (method: string, path = '', body?: unknown) =>
    send(method, `${url}/api/v1/jobs${path}`, body, token);
  return ACTS.map((measured) => ({
    what: rowOf(measured),
    async measure() {
      let uid = '';
      const acts = {
        async submit() {
          uid = uidOf(await ask('POST', '', PAYLOAD));
        },
        read: () => ask('GET', `/${uid}`),
        delete: () => ask('DELETE', `/${uid}`),
      };
      const times = { submit: 0, read: 0, delete: 0 };
      for (const act of ACTS) times[act] = await time(acts[act]);
      return times[measured];
    },
  }));
}

function uidOf(job: unknown): string {
  return typeof job === 'object' && job !== null && 'uid' in job ? String(job.uid) : '';
}

async function startRenderdeck(farm: BenchFarm, stored: number): Promise<Server> {
  const database = await farm.database();
  await fillQueue(database, stored);
  const api = await startApiProgram(farm, database);
  return { name: 'Renderdeck', url: api.url, token: api.token, end: () => api.end() };
}

async function startNexrenderServer(farm: BenchFarm, stored: number): Promise<Server> {
  const file = join(farm.folder, `nexrender-${stored}.json`);
  const at = new Date();
  const known = Array.from({ length: stored }, () => ({
    ...{ uid: randomUUID(), type: 'default', state: 'queued', creator: 'bench' },
    ...{ ...PAYLOAD, createdAt: at, updatedAt: at },
  }));
  await writeFile(file, JSON.stringify(known));
  const { resolve } = createRequire(import.meta.url);
  const child = spawn(process.execPath, ['-e', PROGRAM, resolve('@nexrender/server')], {
    env: { ...process.env, NEXRENDER_DATABASE: file },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [port] = await once(child.stdout, 'data');
  return {
    name: `nexrender-server ${await versionOf('@nexrender/server')}`,
    url: `http://127.0.0.1:${String(port).trim()}`,
    token: SECRET,
    async end() {
      child.kill();
      await exited;
    },
  };
}
