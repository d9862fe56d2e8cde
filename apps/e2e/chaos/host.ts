/*
 * A render host of the chaos: a machine, its line to the database, and a daemon that is started
 * again whenever it ends, as a service manager does it.
 */
import type { FarmUnderTest } from '@renderdeck/standalone/testing';
import type { Random } from '@renderdeck/testing/random';
import { startWorkerUnderTest, type WorkerUnderTest } from '@renderdeck/worker/testing';
import { type DatabaseProxy, startDatabaseProxy } from '../test/database-proxy.ts';
import { type Machine, startMachine } from './machine.ts';
import { pause } from './pause.ts';
import { endedWell, type ProgramEnd } from './program-ends.ts';

export type Host = {
  readonly name: string;
  readonly machine: Machine;
  readonly line: DatabaseProxy;
  /** The daemon that is ready; null between two daemons. */
  daemon(): WorkerUnderTest | null;
  /** Starts one more daemon of this name, on this machine or on another one. */
  startTwin(machine?: Machine, scratchRoot?: string): Promise<WorkerUnderTest>;
  /** How each daemon ended so far, and what it said. */
  readonly ends: readonly ProgramEnd[];
  /** What the daemon that is ready has said. */
  said(): string;
  /** Ends the daemon in order, and the machine. */
  end(): Promise<void>;
};

/**
 * Switches the machine on and starts its daemon.
 * Long because: its functions share the state of one daemon.
 */
export async function startHost(
  farm: FarmUnderTest,
  { name, number, folder }: { name: string; number: number; folder: string },
  random: Random,
): Promise<Host> {
  const scratchRoot = farm.scratchOf(name);
  const machine = await startMachine({ number, scratchRoot, diskMb: 64, folder });
  const direct = farm.settingsOf(name).DATABASE_URL ?? '';
  const line = await startDatabaseProxy(direct, machine.address);
  const ends: ProgramEnd[] = [];
  let daemon: WorkerUnderTest | null = null;
  let over = false;
  const start = (of: Machine, root: string, url: string) =>
    startWorkerUnderTest(
      name,
      {
        ...farm.settingsOf(name),
        ...of.environment,
        RENDERDECK_SCRATCH_ROOT: root,
        DATABASE_URL: url,
      },
      of.within(),
    );

  async function keepRunning(): Promise<void> {
    while (!over) {
      try {
        const started = await start(machine, scratchRoot, line.through(direct));
        daemon = started;
        const exit = await started.exited;
        ends.push({
          name,
          ready: true,
          code: exit.code,
          signal: exit.signal,
          said: started.said(),
        });
      } catch (error) {
        ends.push({ name, ready: false, code: null, signal: null, said: String(error) });
      }
      daemon = null;
      if (!over) await pause(random.between(100, 2500));
    }
  }
  const running = keepRunning();
  return {
    name,
    machine,
    line,
    daemon: () => daemon,
    startTwin: (of = machine, root = scratchRoot) => start(of, root, line.through(direct)),
    ends,
    said: () => daemon?.said() ?? '',
    async end() {
      over = true;
      await daemon?.end();
      await running;
      const last = ends.at(-1);
      if (last?.ready && !endedWell(last)) throw new Error(`${name} did not end: ${last.said}`);
      await machine.end();
      await line.close();
    },
  };
}
