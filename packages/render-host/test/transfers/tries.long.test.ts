/*
 * A download of a real render is tried again where that may help, and the render then has the whole
 * file. Each test has a server that fails in its own way.
 */
import { createHash, randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type Answer, close, listen, serve } from '../../testing/stores/serve.ts';
import { failedWith, renderWith } from './download-job.ts';

const FILE = randomBytes(3_000_000);
const HALF = 1_500_000;
const MODIFIED = 'Sun, 01 Nov 2026 10:00:00 GMT';
const status =
  (code: number, headers = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end();
const whole: Answer = (response) => response.writeHead(200, { 'content-length': 3e6 }).end(FILE);
/** Like Answer. It may wait until bytes of the transfer have arrived. */
type CutAnswer = (...of: [...Parameters<Answer>, arrived: () => Promise<unknown>]) => void;
/** Sends half of the file, and ends the connection when some of it has arrived. */
const cut =
  (headers = {}): CutAnswer =>
  async (response, _, arrived) => {
    response.writeHead(200, { 'content-length': FILE.length, ...headers });
    response.write(FILE.subarray(0, HALF));
    await arrived();
    response.destroy();
  };
/** Sends the rest that Range asks for. */
const rest: Answer = (response, { headers }) => {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1]);
  response
    .writeHead(206, { 'content-range': `bytes ${from}-${FILE.length - 1}/${FILE.length}` })
    .end(FILE.subarray(from));
};
const RANGES = { 'accept-ranges': 'bytes', etag: '"v1"' };

async function run(...answers: CutAnswer[]) {
  const transfer = new EventEmitter();
  const arrived = () => once(transfer, 'bytes');
  const server = await serve(
    ...answers.map(
      (answer): Answer =>
        (response, request) =>
          answer(response, request, arrived),
    ),
  );
  const rendered = await renderWith(
    { src: `http://127.0.0.1:${server.port}/source` },
    { onTransfer: (count) => (count?.bytes ?? 0) > 0 && transfer.emit('bytes') },
  );
  await server.close();
  const { times, requests } = server;
  return {
    ...rendered,
    ...{ port: server.port, requests },
    isWhole: rendered.bytes?.equals(FILE),
    waits: times.slice(1).map((time, index) => time - (times[index] ?? 0)),
  };
}
const completed = { end: { kind: 'completed' }, isWhole: true };

describe.concurrent('a file arrives whole', () => {
  test('after a 503, a second later', async ({ expect }) => {
    const ran = await run(status(503), whole);
    expect(ran).toMatchObject({ ...completed, requests: { length: 2 } });
    expect(ran.waits[0]).toBeGreaterThanOrEqual(990);
    expect(ran.lines).toEqual([
      expect.stringMatching(/: the server answered 503 Service Unavailable; try 2 of 3 in 1 s\.$/),
    ]);
  });

  test('after a 429, when Retry-After allows it', async ({ expect }) => {
    const ran = await run(status(429, { 'retry-after': '3' }), whole);
    expect(ran).toMatchObject(completed);
    expect(ran.waits[0]).toBeGreaterThanOrEqual(2990);
    expect(ran.lines[0]).toMatch(
      /429 Too Many Requests; try 2 of 3 in 3 s, as Retry-After asks\.$/,
    );
  });

  test.each([
    ['an ETag', RANGES, '"v1"'],
    ['a time', { 'accept-ranges': 'bytes', 'last-modified': MODIFIED }, MODIFIED],
  ])('after a cut: the rest of the version with %s', async (_, headers, version) => {
    const ran = await run(cut(headers), rest);
    expect(ran).toMatchObject(completed);
    expect(ran.lines[0]).toMatch(/connection was cut after \d+ of 3000000 bytes; try 2 of 3/);
    const got = /after (\d+) of/.exec(ran.lines[0] ?? '')?.[1];
    expect(Number(got)).toBeGreaterThan(0);
    expect(ran.requests[1]?.headers).toMatchObject({
      ...{ range: `bytes=${got}-`, 'if-range': version, 'accept-encoding': 'identity' },
    });
  });

  test.each([
    ['no ranges', {}],
    ['a weak ETag only', { 'accept-ranges': 'bytes', etag: 'W/"v1"' }],
  ])('after a cut: all of it from a server with %s', async (_, headers) => {
    const ran = await run(cut(headers), whole);
    expect(ran).toMatchObject({ ...completed, requests: { length: 2 } });
    expect(ran.requests[1]?.headers.range).toBeUndefined();
  });

  test('after a cut and a change of the file', async ({ expect }) => {
    expect(await run(cut({ ...RANGES, 'content-length': 5e6 }), whole)).toMatchObject(completed);
  });

  test('after a cut and a range that was not asked for', async ({ expect }) => {
    const wrong = { 'content-range': `bytes 5-${FILE.length - 1}/${FILE.length}` };
    const other: Answer = (response) => response.writeHead(206, wrong).end(FILE.subarray(5));
    const ran = await run(cut(RANGES), other, whole);
    expect(ran).toMatchObject({ ...completed, requests: { length: 3 } });
    expect(ran.requests[2]?.headers.range).toBeUndefined();
    expect(ran.lines[1]).toMatch(/with the range bytes 5-\S+, which was not asked for; try 3/);
  });

  test('after a wrong checksum of the server', async ({ expect }) => {
    const md5 = createHash('md5').update(FILE).digest('base64');
    const broken: Answer = (response) =>
      response.writeHead(200, { 'content-md5': md5 }).end(FILE.subarray(1));
    const ran = await run(broken, whole);
    expect(ran).toMatchObject(completed);
    expect(ran.lines[0]).toMatch(/the file does not have the checksum of Content-MD5; try 2/);
  });
});

describe.concurrent('a failure tells the first answer', () => {
  test('503 three times', async ({ expect }) => {
    const { end, port, requests, waits } = await run(status(503));
    const why = 'the server answered 503 Service Unavailable (3 tries)';
    expect({ end, requests }).toMatchObject({
      end: failedWith(port, why),
      requests: { length: 3 },
    });
    expect(waits[1]).toBeGreaterThanOrEqual(3990);
  });

  const short: CutAnswer = async (response, _, arrived) => {
    response.writeHead(200, { 'content-length': 10 }).write('12345');
    await arrived();
    response.destroy();
  };
  const long: Answer = (response) =>
    response.writeHead(200, { 'content-length': 10 }).end('12345678901234');
  const NOT_FOUND = 'the server answered 404 Not Found';
  const TWICE = `the server answered 503 Service Unavailable (2 tries; the last: ${NOT_FOUND})`;
  const LONGER = 'the server sent more than the 10 bytes that it announced (3 tries)';
  test.each<[string, CutAnswer[], string, number]>([
    ['503, then 404', [status(503), status(404)], TWICE, 2],
    ['404 is not tried again', [status(404), whole], NOT_FOUND, 1],
    ['a shorter file', [short], 'the connection was cut after 5 of 10 bytes (3 tries)', 3],
    ['a longer file', [long], LONGER, 3],
  ])('%s', async (_, answers, why, count) => {
    const { end, port, requests } = await run(...answers);
    expect(end).toEqual(failedWith(port, why));
    expect(requests).toHaveLength(count);
  });

  test('a server that closes each connection, and one that refuses all', async ({ expect }) => {
    const server = createServer((socket) => socket.destroy());
    const port = await listen(server);
    const src = `http://127.0.0.1:${port}/source`;
    const closing = 'the server closed the connection without an answer (3 tries)';
    expect((await renderWith({ src })).end).toEqual(failedWith(port, closing));
    await close(server);
    const refused = `connect ECONNREFUSED 127.0.0.1:${port} (3 tries)`;
    expect((await renderWith({ src })).end).toEqual(failedWith(port, refused));
  });
});
