/*
 * A Windows host in the farm of a test. Wine provides a separate Windows machine. node.exe runs the
 * host folder as a person unpacks it, and the stand-in is three native programs. The farm's folders
 * are on drive Z:, and RENDERDECK_PATH_MAP maps them. `programs` reads the process table of Linux,
 * without Renderdeck's code.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FarmUnderTest, startFarmUnderTest } from '@renderdeck/standalone/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { compileNative, installNativeStandIn, type Wine, type WineProcess } from '@renderdeck/wine';
import { buildHostFolder } from '@renderdeck/worker/build';
import { afterAll, beforeAll } from 'vitest';

type Settings = Readonly<Record<string, string>>;
export type WindowsHost = Awaited<ReturnType<typeof openWindowsHost>>;

/** A farm and a Windows host in it, for all tests of a `describe`. */
export function farmOnWindows(wine: Wine, env: Settings = {}) {
  const farm: FarmUnderTest = Object.create(null);
  const host: WindowsHost = Object.create(null);
  beforeAll(async () => {
    Object.assign(farm, await startFarmUnderTest(env));
    Object.assign(host, await openWindowsHost(farm, wine));
  });
  afterAll(async () => {
    await host.end?.();
    await farm.close?.();
  });
  return { farm, host };
}

/** Unpacks the host folder and the stand-in on drive C:. The test starts the worker. */
async function openWindowsHost(farm: FarmUnderTest, wine: Wine) {
  const folder = await buildHostFolder({ target: 'win32-x64', into: wine.driveC });
  const main = wine.toWindows(join(folder, 'worker.mjs'));
  const shared = await settingsOf(farm, wine);
  const daemons: WineProcess[] = [];
  const running = new Set<number>();
  return {
    ...lookInto(wine),
    /** Ends each daemon that still runs, and then the machine, whose environment names the farm. */
    async end(): Promise<void> {
      for (const { pid, ended } of daemons) {
        if (running.has(pid)) process.kill(pid, 'SIGINT');
        await ended;
      }
      await wine.close();
    },
    /** Runs a command of the worker until it ends. */
    command: (name: string, args: readonly string[], more: Settings = {}) =>
      wine.run(wine.nodeExe, [main, ...args], {
        env: { ...shared, RENDERDECK_WORKER_NAME: name, ...more },
      }),
    /** Starts the daemon. Resolves when its host is in the farm. */
    async startWorker(name: string, more: Settings = {}) {
      const before = await readWorkerId(farm, name);
      const daemon = wine.start(wine.nodeExe, [main], {
        env: { ...shared, RENDERDECK_WORKER_NAME: name, ...more },
      });
      const ended = daemon.ended.then(({ code, output }) => {
        throw new Error(`The worker ended with code ${code} before it was ready: ${output}`);
      });
      // A daemon takes a waiting job at once, so it may never be seen idle. Look for its worker id.
      const ready = waitFor(async () => (await readWorkerId(farm, name)) !== before, {
        withinMs: 120_000,
        what: `host ${name} to be in the farm`,
      });
      await Promise.race([ready, ended]);
      ended.catch(() => undefined);
      daemons.push(daemon);
      running.add(daemon.pid);
      void daemon.ended.then(() => running.delete(daemon.pid));
      return daemon;
    },
    /** Sends Ctrl-C. Returns how the daemon ended. */
    async drain(daemon: WineProcess) {
      process.kill(daemon.pid, 'SIGINT');
      return await daemon.ended;
    },
  };
}

/** Returns which daemon the database knows under this name, or null. */
async function readWorkerId(farm: FarmUnderTest, name: string): Promise<string | null> {
  const rows = await farm.db.execute<{ worker_id: string }>(
    `select worker_id from render_hosts where name = '${name}'`,
  );
  return rows[0]?.worker_id ?? null;
}

/** Returns the settings of a worker on this machine. */
async function settingsOf(farm: FarmUnderTest, wine: Wine): Promise<Settings> {
  const { assets, output } = farm.folders;
  return {
    DATABASE_URL: await farm.database.urlAs('renderdeck_worker'),
    RENDERDECK_SCRATCH_ROOT: 'C:\\scratch',
    RENDERDECK_AERENDER: await installNativeStandIn(wine),
    RENDERDECK_ASSET_ROOTS: wine.toWindows(assets),
    RENDERDECK_OUTPUT_ROOTS: wine.toWindows(output),
    RENDERDECK_PATH_MAP: [assets, output]
      .map((path) => `${path}=${wine.toWindows(path)}`)
      .join(';'),
  };
}

/** Returns what a test can read on the machine and do to it. */
function lookInto(wine: Wine) {
  const scratch = join(wine.driveC, 'scratch');
  return {
    scratch,
    /** Keeps a file open, as an antivirus program does, until the returned process is killed. */
    async holdFile(path: string): Promise<WineProcess> {
      const exe = await compileNative(
        new URL('../../../../packages/wine/programs/hold-file.c', import.meta.url),
      );
      const holder = wine.start(wine.toWindows(exe), [path]);
      await waitFor(() => holder.said().includes('held'), { what: `${path} to be held` });
      return holder;
    },
    /** Lists the names of the living programs of After Effects. */
    async programs(): Promise<string[]> {
      const names = (await wine.programs()).map(({ name }) => name);
      return names.filter((name) => /^(aerender|AfterFX)\./.test(name)).sort();
    },
    /** Lists the files in the scratch root, without the worker's own files. */
    async files(): Promise<string[]> {
      const names = await readdir(scratch).catch(() => []);
      return names.filter((name) => name.startsWith('attempt-'));
    },
  };
}
