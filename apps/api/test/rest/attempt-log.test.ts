/*
 * The log and the usage of an attempt over REST: text, ranges, and events while it grows.
 */

import { randomUUID } from 'node:crypto';
import { recordLog, recordUsage } from '@renderdeck/operations/testing';
import { expect, test } from 'vitest';
import { apiOfFile, farmOfFile, type Name } from '../../testing/open-farm.ts';

const farm = farmOfFile();
const api = apiOfFile(farm);

const LINES = ['> setup', 'Größe 日本 🎬', '', 'PROGRESS:  (1)', 'end'];
const TEXT = `${LINES.join('\n')}\n`;
const BYTES = Buffer.from(TEXT);

/** A running job that has printed these lines, one a chunk. */
async function aPrintingJob(lines: readonly string[] = LINES) {
  await farm.submit('Printing', 100);
  const { jobId: id, attemptId } = await farm.worker.claim();
  let seq = 0;
  const print = (...more: readonly string[]) =>
    recordLog(farm.worker.context, {
      attemptId,
      chunks: more.map((line) => {
        seq += 1;
        return { seq, stream: 'aerender', lines: [line] };
      }),
    });
  await print(...lines);
  return { id, attemptId, print, url: `/api/jobs/${id}/attempts/1/log` };
}
const read = (url: string, headers: Record<string, string> = {}) =>
  api.send('vera', 'GET', url, undefined, headers);
const get = (url: string, headers: Record<string, string> = {}) =>
  api.server.inject({
    method: 'GET',
    url,
    headers: { authorization: `Bearer ${farm.secretOf('vera')}`, ...headers },
  });

test('a log is its lines, with its length, and HEAD gives the same without them', async () => {
  const { url, print } = await aPrintingJob();
  const { status, headers, body } = await read(url);
  expect([status, body]).toEqual([200, TEXT]);
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(BYTES.length),
    'accept-ranges': 'bytes',
  });
  const head = await api.send('vera', 'HEAD', url, undefined, { range: 'bytes=0-3' });
  expect([head.status, head.headers.get('content-length'), head.body]).toEqual([
    200,
    String(BYTES.length),
    '',
  ]);
  await print('more');
  expect((await read(url)).body).toBe(`${TEXT}more\n`);
  expect((await read(`${url}?download=true`)).headers.get('content-disposition')).toMatch(
    /^attachment; filename="[0-9a-f-]{36}-attempt-1.log"$/,
  );
});

test('every range of bytes is what lies there, and stays there while the log grows', async () => {
  const { url, print } = await aPrintingJob();
  for (let first = 0; first < BYTES.length; first += 7) {
    for (const last of [first, first + 9, BYTES.length + 5]) {
      const { statusCode, headers, rawPayload } = await get(url, {
        range: `bytes=${first}-${last}`,
      });
      const size = BYTES.length + (first > 14 ? 2 : 0);
      const end = Math.min(last, size - 1);
      expect([statusCode, headers['content-range']]).toEqual([
        206,
        `bytes ${first}-${end}/${size}`,
      ]);
      if (end < BYTES.length) expect(rawPayload).toEqual(BYTES.subarray(first, end + 1));
    }
    if (first === 14) await print('+');
  }
  const { rawPayload } = await get(url, { range: 'bytes=-4' });
  expect(rawPayload.toString()).toBe('d\n+\n');
  const grown = String(BYTES.length + 2);
  const beyond = await get(url, { range: `bytes=${grown}-` });
  expect(beyond.json()).toMatchObject({ status: 416, code: 'range_not_satisfiable' });
  expect(beyond.headers['content-range']).toBe(`bytes */${grown}`);
  const conditional = await get(url, { range: 'bytes=0-3', 'if-range': '"x"' });
  expect(conditional.statusCode).toBe(200);
});

test('a long log is read some chunks at a time, byte for byte', async () => {
  const lines = Array.from({ length: 120 }, (_, line) => `${line} ${'ä'.repeat(15_000)}`);
  const { url } = await aPrintingJob(lines);
  const whole = Buffer.from(`${lines.join('\n')}\n`);
  const { rawPayload } = await get(url);
  expect(rawPayload.equals(whole)).toBe(true);
  const part = await get(url, { range: 'bytes=999999-2500000' });
  expect(part.rawPayload.equals(whole.subarray(999_999, 2_500_001))).toBe(true);
});

test.each(['log', 'usage'])('%s of what is not there is a 404', async (what) => {
  const { id } = await aPrintingJob();
  const queued = (await farm.submit('Waits', 0)).job.id;
  const bodyOf = async (attempt: string) => (await read(`/api/jobs/${attempt}/${what}`)).body;
  const detail = 'The job has no attempt 2; look it up in the job.';
  const missing = { status: 404, code: 'attempt_not_found' };
  expect(await bodyOf(`${id}/attempts/2`)).toMatchObject({ ...missing, detail });
  expect(await bodyOf(`${queued}/attempts/1`)).toMatchObject(missing);
  const unknown = { status: 404, code: 'job_not_found' };
  expect(await bodyOf(`${randomUUID()}/attempts/1`)).toMatchObject(unknown);
  expect(await bodyOf(`${id}/attempts/0`)).toMatchObject({ status: 400, code: 'invalid_input' });
});

test('a deleted log is a 404 with the time of its deletion', async () => {
  const { attemptId, url } = await aPrintingJob();
  await farm.sql`
    update attempts set log_deleted_at = '2026-11-20T08:00:00Z' where id = ${attemptId}`;
  for (const accept of ['text/plain', 'text/event-stream'])
    expect((await read(url, { accept })).body).toMatchObject({
      status: 404,
      code: 'log_deleted',
      detail: 'The log of attempt 1 was deleted on 2026-11-20T08:00:00.000Z.',
    });
});

/** Follows a log; gives its events as they come, until the end of the stream. */
async function follow(url: string, headers: Record<string, string> = {}, who: Name = 'vera') {
  const cut = new AbortController();
  const answer = await fetch(`${api.url}${url}`, {
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${farm.secretOf(who)}`,
      ...headers,
    },
    signal: cut.signal,
  });
  const events: { id: string | undefined; event: string; data: Record<string, unknown> }[] = [];
  const reading = (async () => {
    let text = '';
    for await (const part of answer.body ?? []) {
      text += Buffer.from(part).toString();
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const fields = Object.fromEntries(
          text
            .slice(0, end)
            .split('\n')
            .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        );
        text = text.slice(end + 2);
        if (fields.event !== undefined)
          events.push({ id: fields.id, event: fields.event, data: JSON.parse(fields.data ?? '') });
      }
    }
  })();
  const lines = () => events.flatMap(({ data }) => data.lines ?? []);
  return { answer, events, lines, reading, cut };
}

test('events follow a log to its end, resume after an id, and end with the attempt', async () => {
  const { id, print, url } = await aPrintingJob();
  const live = await follow(url);
  expect(live.answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  await expect.poll(live.lines).toEqual(LINES);
  await print('later');
  await expect.poll(live.lines).toEqual([...LINES, 'later']);
  const resumed = await follow(url, { 'last-event-id': '1:4' });
  await expect.poll(resumed.lines).toEqual(['end', 'later']);
  expect(resumed.events[0]?.id).toBe('1:5');
  await farm.worker.fail(id, 'It failed.');
  await Promise.all([live.reading, resumed.reading]);
  for (const { events } of [live, resumed])
    expect(events.at(-1)).toMatchObject({
      event: 'end',
      data: { attempt: 1, outcome: 'failed', size: BYTES.length + 6 },
    });
  expect((await follow(url, { 'last-event-id': 'odd' })).answer.status).toBe(400);
});

test('the log of an ended attempt ends at once; that of the next one is its own', async () => {
  const { id, print, url } = await aPrintingJob();
  await farm.worker.progress(id, 1);
  await farm.sql`update attempts set outcome = 'lost', ended_at = now() where job_id = ${id}`;
  const { events, lines, reading } = await follow(url);
  await reading;
  expect(lines()).toEqual(LINES);
  expect(events.at(-1)).toMatchObject({ event: 'end', data: { outcome: 'lost' } });
  await print('a late line');
  expect((await read(url)).body).toBe(`${TEXT}a late line\n`);
});

test('a followed log ends when its reader may read no more', async () => {
  const { url } = await aPrintingJob();
  const { events, lines, reading } = await follow(url, {}, 'sam');
  await expect.poll(lines).toEqual(LINES);
  await api.trpc('ada').revokeToken.mutate({ name: 'sam-bot' });
  await reading;
  expect(events.at(-1)).toMatchObject({ event: 'problem', data: { code: 'unauthenticated' } });
});

test('a server that shuts down ends the events without an end of the attempt', async () => {
  const own = await farm.serve();
  const { url } = await aPrintingJob();
  const response = await fetch(`${own.url}${url}`, {
    headers: { accept: 'text/event-stream', authorization: `Bearer ${farm.secretOf('vera')}` },
  });
  await own.close();
  expect(await response.text().catch(() => '')).not.toContain('event: end');
});

test('usage is that of the whole attempt: what is on record, then the latest samples', async () => {
  const { id, attemptId } = await aPrintingJob();
  const at = (minute: number) => new Date(Date.UTC(2026, 2, 1, 12, minute)).toISOString();
  const sample = (minute: number) => ({
    at: at(minute),
    cpuPercent: minute,
    memoryBytes: 1_000_000,
    processes: 2,
  });
  const time = (minute: number) => Date.parse(at(minute));
  await recordUsage(farm.worker.context, {
    attempts: [
      {
        attemptId,
        usage: [sample(3), sample(4), sample(5)],
        history: [[time(0), time(3), 4, 0, 2, 3, 1_000_000, 1_000_000, 1_000_000, 2], [1]],
      },
    ],
  });
  await recordUsage(farm.worker.context, {
    attempts: [{ attemptId, usage: [sample(4), sample(5)], history: null }],
  });
  const { status, body } = await read(`/api/jobs/${id}/attempts/1/usage`);
  expect([status, body]).toMatchObject([
    200,
    {
      attempt: 1,
      points: [
        { at: at(0), until: at(3), samples: 4, cpuPercent: { min: 0, mean: 2, max: 3 } },
        { at: at(4), until: at(5), samples: 2, cpuPercent: { min: 4, mean: 5, max: 5 } },
      ],
    },
  ]);
});
