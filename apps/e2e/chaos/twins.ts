import type { Host } from './host.ts';
import type { Machine } from './machine.ts';
import { stacksOf } from './program-ends.ts';
import type { World } from './world.ts';

/**
 * Starts one more daemon with the name of a host. It is refused and ends. Only on the same machine,
 * when the first daemon has just died, may it take its place; it is ended in order then.
 */
export async function startTwin(
  { broken }: World,
  host: Host,
  elsewhere?: { readonly machine: Machine; readonly scratchRoot: string },
): Promise<void> {
  const name = `the twin of ${host.name}`;
  try {
    const twin = await host.startTwin(elsewhere?.machine, elsewhere?.scratchRoot);
    if (elsewhere !== undefined) broken(`${name} became ready on another machine: ${twin.said()}`);
    twin.signal('SIGTERM');
    const exit = await twin.exited;
    if (exit.code !== 0 && exit.signal === null) broken(`${name} ended with ${exit.code}`);
  } catch (error) {
    const end = { name, ready: false, code: null, signal: null, said: String(error) };
    for (const stack of stacksOf([end])) broken(stack);
  }
}
