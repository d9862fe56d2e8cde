import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { close, listen } from '../../testing/stores/serve.ts';

export const FILE_TEXT = 'The quick brown fox jumps over the lazy dog';
const ANSWERS: Record<string, string> = {
  ...{ '': '220 Ready', USER: '331 Password', PASS: '230 Welcome', TYPE: '200 Binary' },
  ...{ FEAT: '500 Unknown', STRU: '200 Files', OPTS: '200 UTF8', PBSZ: '200 0', PROT: '200 P' },
  ...{ SIZE: `213 ${FILE_TEXT.length}`, MDTM: '213 20261101100000', REST: '350 Go on' },
  ...{ RNFR: '350 Go on', RNTO: '250 Renamed', DELE: '250 Deleted', MKD: '550 No', PWD: '257 "/"' },
};

/** What the server does instead of its usual answer. `data` is the data connection, if any. */
export type Turn = (control: Socket, data: Promise<Socket>, argument: string) => void;
export type Script = Readonly<Record<string, string | Turn>>;

/**
 * Serves FTP by a script, which has an answer for each command; '' is the greeting. Without one, it
 * answers as a usual server with one file, and forgets uploads.
 */
export async function startScripted(
  script: Script,
  { host = '127.0.0.1', port = 0, tls = null as { key: string; cert: string } | null } = {},
) {
  const commands: string[] = [];
  const open = new Set<Socket>();
  const keep = (socket: Socket) => {
    open.add(socket.on('error', () => undefined).on('close', () => open.delete(socket)));
    return socket;
  };
  const serve = (control: Socket) => {
    let data = Promise.resolve(control);
    let from = 0;
    const answer = async (command: string, argument: string) => {
      const own = script[command];
      if (typeof own === 'function') return own(control, data, argument);
      if (command === 'EPSV' || (command === 'PASV' && own === undefined)) {
        if (own !== undefined) return control.write(`${own}\r\n`);
        const { at, socket } = await listenOnce(host);
        data = socket.then(keep);
        const text = `227 On (192,0,2,1,${at >> 8},${at & 255})`;
        return control.write(command === 'EPSV' ? `229 On (|||${at}|)\r\n` : `${text}\r\n`);
      }
      if (command === 'REST' && own === undefined) from = Number(argument);
      if (command === 'RETR' && own === undefined) {
        control.write('150 Here\r\n');
        (await data).end(FILE_TEXT.slice(from));
        return control.write('226 Done\r\n');
      }
      if (command === 'STOR' && own === undefined) {
        control.write('150 Send\r\n');
        await once((await data).resume(), 'end');
        return control.write('226 Done\r\n');
      }
      return control.write(`${own ?? ANSWERS[command] ?? '502 Unknown'}\r\n`);
    };
    keep(control);
    let waiting = answer('', '');
    readLines(control, (line) => {
      commands.push(line);
      const [, command = '', argument = ''] = /^(\w+) ?(.*)$/s.exec(line) ?? [];
      waiting = waiting.then(() => answer(command, argument));
    });
  };
  const server = tls === null ? createServer(serve) : createTlsServer(tls, serve);
  server.on('error', () => undefined);
  return {
    port: await listen(server, port, host),
    commands,
    close() {
      for (const socket of open) socket.destroy();
      return close(server);
    },
  };
}

/** A port for one connection, and that connection. */
async function listenOnce(host: string) {
  const passive = createServer();
  const at = await listen(passive, 0, host);
  const socket = once(passive, 'connection').then(([connected]: Socket[]) => {
    passive.close();
    if (connected === undefined) throw new Error('nobody connected');
    return connected;
  });
  return { at, socket };
}

function readLines(control: Socket, onLine: (line: string) => void): void {
  let text = '';
  control.setEncoding('utf8').on('data', (chunk) => {
    const lines = `${text}${chunk}`.split('\r\n');
    text = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
}
