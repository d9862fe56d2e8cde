import { waitFor } from '@renderdeck/testing/wait-for';
import { rowsOf } from './read-farm.ts';
import type { World } from './world.ts';

const FINAL = ['COMPLETED', 'FAILED', 'CANCELLED'];
/** What a daemon keeps on its disk; see docs of the scratch root. */
const OWN = /^[.]worker[.]json|^[.]host(\/|$)|^[.]trash$/;

/** Lists what is not quiet yet: what runs, waits, is not proven, or is left. */
async function restless(world: World): Promise<string[]> {
  const { farm, hosts, publications, spare } = world;
  const rows = rowsOf(farm);
  const jobs = (await rows.jobs()).filter(({ status }) => !FINAL.includes(status));
  const attempts = (await rows.attempts()).filter(
    ({ outcome, confirmed }) => outcome === null || !confirmed,
  );
  const machines = [...hosts, { name: 'spare', ...spare }];
  const files = await Promise.all(
    machines.map(async ({ name, machine }) =>
      (await machine.files())
        .filter((file) => !OWN.test(file))
        .map((file) => `file ${file} on ${name}`),
    ),
  );
  return [
    ...jobs.map(({ name, status }) => `job ${name} is ${status}`),
    ...attempts.map(
      ({ id, host, outcome, reason }) =>
        `attempt ${id} on ${host} (${outcome}) is not proven: ${reason}`,
    ),
    ...(await farm.processes()).map(({ pid, name }) => `process ${pid} ${name} lives`),
    ...publications.parts().map((part) => `${part} is left`),
    ...files.flat(),
    ...hosts.filter((host) => host.daemon() === null).map(({ name }) => `${name} has no daemon`),
  ];
}

/**
 * Resolves when every job is over, and then when nothing runs, waits or is left. Returns how long
 * the second took, in ms.
 */
export async function untilQuiet(
  world: World,
  withinMs: { readonly jobs: number; readonly rest: number },
): Promise<number> {
  let left: string[] = [];
  const look = async (matters: (sentence: string) => boolean) => {
    left = (await restless(world)).filter(matters);
    if (left.length > 0) throw new Error(left.slice(0, 20).join('; '));
    return true;
  };
  await waitFor(() => look((sentence) => sentence.startsWith('job ')), {
    withinMs: withinMs.jobs,
    everyMs: 250,
    what: 'every job to be over',
  });
  const from = performance.now();
  await waitFor(() => look(() => true), {
    withinMs: withinMs.rest,
    everyMs: 250,
    what: 'the farm to be quiet',
  });
  return performance.now() - from;
}
