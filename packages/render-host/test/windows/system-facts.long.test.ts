import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareHosts } from '@renderdeck/domain';
import { checkCases, describeOnWindows, openWine } from '@renderdeck/wine';
import { expect, test } from 'vitest';

type Machine = Awaited<ReturnType<typeof openWine>>;

type HostFacts = Awaited<ReturnType<typeof readFacts>>['facts'];

const CASES = new URL('./system-facts.windows.ts', import.meta.url);

/** Runs the cases in a process of its own. Returns the facts that the process has read. */
async function readFacts(machine: Machine) {
  const file = join(machine.driveC, 'facts.json');
  const results = await machine.runCases(CASES, { FACTS: machine.toWindows(file) });
  return { results, facts: { hostId: 'host', ...JSON.parse(await readFile(file, 'utf8')) } };
}

describeOnWindows('the facts of a Windows host', (wine) => {
  let facts: HostFacts;
  const run = async () => {
    // This program keeps the machine up: a wineserver without programs ends, which is a shutdown.
    wine.start(wine.nodeExe, ['-e', 'setInterval(() => {}, 1000)']);
    const read = await readFacts(wine);
    facts = read.facts;
    return read.results;
  };
  checkCases(run, [
    'a host knows its machine, its hardware and its boot',
    'the machine id is that of the registry',
    'the machine is up since its boot, and no longer than the one beneath',
    'a program of a user is not in session 0',
  ]);

  test('another process of this boot reads the same', async () => {
    expect((await readFacts(wine)).facts).toEqual(facts);
  });

  test('a clone that is up too is another host, by its boot', async () => {
    const other = await openWine();
    const clone = await readFacts(other).finally(() => other.close());
    expect(clone.facts).toMatchObject({ machineId: facts.machineId, hardwareId: facts.hardwareId });
    const times = { uptimeMs: 60_000, sinceHeardMs: 5000 };
    expect(compareHosts(facts, clone.facts, times)).toMatchObject({
      relation: 'other',
      differs: ['bootId'],
    });
  });
});
