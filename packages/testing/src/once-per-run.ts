type End = () => Promise<void>;
type Shared = { users: number; begun: Promise<End> };

const KEY = Symbol.for('renderdeck.once-per-run');
const shared: Map<string, Shared> = Reflect.get(globalThis, KEY) ?? new Map();
Reflect.set(globalThis, KEY, shared);

/**
 * Calls `begin` once for all test projects of a run, and calls its `end` after the last project.
 * Vitest loads a global setup again for each project, so `globalThis` keeps the count.
 */
export async function oncePerRun(name: string, begin: () => Promise<End>): Promise<End> {
  const part = shared.get(name) ?? { users: 0, begun: begin() };
  shared.set(name, part);
  part.users += 1;
  const end = await part.begun;
  return async () => {
    part.users -= 1;
    if (part.users > 0) return;
    shared.delete(name);
    await end();
  };
}
