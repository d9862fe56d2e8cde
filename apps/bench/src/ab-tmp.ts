import { randomUUID } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startBenchFarm } from './bench-farm.ts';
import { casesOf, fill, signIn } from './request-cases.ts';
import { load } from './load.ts';
import { median } from './numbers.ts';
const files = process.argv.slice(2, 4); const rounds = Number(process.argv[4] ?? 3); const ms = Number(process.argv[5] ?? 700);
const farm = await startBenchFarm();
const database = await farm.database();
await fill(database);
const start = async (file: string) => {
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: { ...process.env, DATABASE_URL: database.url, RENDERDECK_SESSION_SECRET: 'x'.repeat(40), RENDERDECK_LOG_LEVEL: 'warn', RENDERDECK_REQUESTS_PER_MINUTE: '100000000', RENDERDECK_MAX_DELAY_MS: '60000', PORT: '0' } });
  const [message] = await once(child, 'message') as [any];
  return { port: Number(new URL(String(message.listening)).port), child };
};
const apis = [await start(files[0]!), await start(files[1]!)];
const cookie = await signIn(apis[0]!.port);
const cases = (await casesOf(database, cookie)).map(({ what, ours }) => ({ what, ours }));
const [{ ids }] = await database.sql`select array_agg(id::text) as ids from (select id from jobs where priority=60 limit 900) x` as any;
const list: string[] = typeof ids === 'string' ? ids.slice(1, -1).split(',') : ids;
let n = 0;
cases.push({ what: 'set priority', ours: () => { n += 1; const body = JSON.stringify({ priority: 45 + (n % 37) }); return `PATCH /api/jobs/${list[n % list.length]}/priority HTTP/1.1\r\nhost: bench\r\n${cookie}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`; } });
cases.push({ what: 'preview', ours: () => { n += 1; return `GET /api/jobs/${list[n % list.length]}/priority-preview?priority=${45 + (n % 37)} HTTP/1.1\r\nhost: bench\r\n${cookie}\r\n`; } });
for (const { what, ours } of cases) {
  try {
  for (const api of apis) await load(api.port, { clients: 4, ms: 500, next: ours });
  for (const clients of [1, 20]) {
    const rates: number[][] = [[], []];
    for (let r = 0; r < rounds; r += 1)
      for (const i of r % 2 === 0 ? [0, 1] : [1, 0]) rates[i]!.push((await load(apis[i]!.port, { clients, ms, next: ours })).perSecond);
    const [a, b] = rates.map(median) as [number, number];
    console.log(`${what}, ${clients}: before ${a.toFixed(0)}/s, after ${b.toFixed(0)}/s, ratio ${median(rates[0]!.map((x, i) => rates[1]![i]! / x)).toFixed(2)}`);
  }
  } catch (error) { console.log(what, String(error).slice(0, 300)); }
}
for (const api of apis) { api.child.kill('SIGTERM'); await once(api.child, 'exit'); }
await farm.close();
