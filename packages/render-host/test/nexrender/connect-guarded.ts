/* A process with the guard. It connects in each way and prints the answer, or error and log. */
import { request } from 'node:http';
import { createRequire } from 'node:module';
import { connect, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { guardConnections } from '../../src/nexrender/guard-connections.mjs';

const [, , cases = '[]', rules = '{}'] = process.argv;
let lines: string[] = [];
guardConnections(JSON.parse(rules), (line) => lines.push(line));

type Answered = { text(): Promise<string> };
/** The modules with which nexrender downloads. */
const core = createRequire(createRequire(import.meta.url).resolve('@nexrender/core'));
const download: (address: string, options?: { proxy: string }) => Promise<Answered> =
  core('make-fetch-happen');

function read(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => socket.write('GET /x HTTP/1.0\r\n\r\n'));
    let text = '';
    socket.on('data', (data) => {
      text += data;
    });
    socket.once('end', () => resolve(text.split('\r\n\r\n')[1] ?? ''));
  });
}
function get(address: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(address, (response) => {
      let text = '';
      response.on('data', (data) => {
        text += data;
      });
      response.once('end', () => resolve(text));
    })
      .once('error', reject)
      .end();
  });
}
const placeOf = (address: string) => {
  const { hostname, port } = new URL(address);
  return { host: hostname, port: Number(port) };
};

/** Connects 300 times to a name that has another address at each look. Returns what came out. */
async function connectToChanging(address: string): Promise<string> {
  const { host, port } = placeOf(address);
  const answers = [['127.1.0.1'], [host], ['127.1.0.1', host]];
  let looks = 0;
  const lookup: LookupFunction = (_name, _options, callback) => {
    looks += 1;
    const found = answers[looks % answers.length] ?? [];
    callback(
      null,
      found.map((one) => ({ address: one, family: 4 })),
    );
  };
  const seen = new Set<string>();
  for (let tries = 0; tries < 300; tries += 1) {
    const socket = connect({ host: 'desk.example', port, lookup });
    seen.add(await read(socket).catch((error: Error) => error.message));
  }
  return JSON.stringify([looks, ...[...seen].toSorted()]);
}

const ways: Record<string, (address: string) => Promise<string>> = {
  download: async (address) => (await download(address)).text(),
  proxy: async (address) =>
    (await download('http://elsewhere.invalid/', { proxy: address })).text(),
  fetch: async (address) =>
    (
      await fetch(address).catch((error: Error) => {
        throw error.cause ?? error;
      })
    ).text(),
  http: get,
  net: (address) => read(connect(placeOf(address))),
  netArguments: (address) => read(connect(placeOf(address).port, placeOf(address).host)),
  changing: connectToChanging,
  tls: (address) => read(connectTls(placeOf(address))),
};
const answers = [];
for (const [way, address] of JSON.parse(cases)) {
  lines = [];
  const answer = ways[way]?.(address) ?? Promise.reject(new Error(`no such way: ${way}`));
  answers.push(await answer.catch((error: Error) => [error.message, ...lines].join('\n')));
}
process.stdout.write(JSON.stringify(answers));
