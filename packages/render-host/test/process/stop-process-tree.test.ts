import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ContainerKind } from '../../src/process/container/container.ts';
import { stopProcessTree } from '../../src/process/stop-process-tree.ts';
import { ANIMALS } from './zoo/animals.ts';
import { type Oracle, openOracle } from './zoo/oracle.ts';
import { startAnimal } from './zoo/start-animal.ts';

let oracle: Oracle | null = null;
beforeAll(() => {
  oracle = openOracle();
});
afterEach(() => oracle?.endAll());
afterAll(() => oracle?.close());

const KINDS: ContainerKind[] = ['cgroup', 'subreaper', 'none'];

describe.each(KINDS)('held by %s', (kind) => {
  test.each(Object.values(ANIMALS))('a tree with $name: the verdict equals the truth', { timeout: 60_000 }, async (animal) => {
    const tree = await startAnimal(animal, kind);
    const report = await stopProcessTree(tree.record, { graceMs: 300, budgetMs: 6000 });
    const living = oracle?.listLiving();
    console.log(
      kind,
      animal.name,
      report.proof,
      report.rounds,
      Math.round(report.timeToDeadMs ?? -1),
      report.processes.length,
      living?.length,
      report.survivors.length,
    );
    await tree.release();
    expect(living).toEqual([]);
  });
});
