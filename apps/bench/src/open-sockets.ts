import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./count-frames.ts', import.meta.url));

/** Opens sockets in another process. `close` ends them and returns how many frames they got. */
export async function openSockets(url: string, token: string, sockets: number) {
  const args = ['--import', 'tsx', PROGRAM, url, token, String(sockets)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  await Promise.race([
    once(child, 'message'),
    exited.then(() => Promise.reject(new Error('ended'))),
  ]);
  let frames: number | null = null;
  return {
    async close(): Promise<number> {
      if (frames !== null) return frames;
      child.send('close');
      const [count] = await once(child, 'message');
      await exited;
      frames = Number(count);
      return frames;
    },
  };
}
