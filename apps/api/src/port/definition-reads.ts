import { warnOfJob } from '@renderdeck/contract';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { LRUCache } from 'lru-cache';
import { describeTemplate } from './describe-template.ts';

type Definition = ReturnType<typeof describeDefinition>;
const NO_DEFINITION = describeDefinition({ nexrenderJob: null, hidden: [] });

/** The memory for definitions, in characters of their JSON. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

/**
 * Returns a function that reads what was submitted as a job, and what follows from that. A
 * definition may have megabytes and never changes, while a page reads its job again and again; so
 * those that were read last are kept in memory. Of a job without one the nexrender job is null.
 */
export function definitionReads(db: Database): (id: string) => Promise<Definition> {
  const read = operations.gather(async (ids: readonly string[]) => {
    const found = await operations.findDefinitions(db, ids);
    return ids.map((id) => found.get(id) ?? null);
  });
  const kept = new LRUCache<string, Definition>({
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (definition) => JSON.stringify(definition).length,
    fetchMethod: async (id) => {
      const found = await read(id);
      return found === null ? undefined : describeDefinition(found);
    },
  });
  return async (id) => (await kept.fetch(id)) ?? NO_DEFINITION;
}

function describeDefinition({ nexrenderJob, hidden }: operations.JobDefinition) {
  return {
    nexrenderJob,
    warnings: [...warnOfJob(nexrenderJob)],
    hidden: hidden.map(({ path, kinds }) => ({ path: [...path], kinds: [...kinds] })),
    ...describeTemplate(nexrenderJob),
  };
}
