/*
 * What a submitter must know of a nexrender job that is accepted: it may not do what it says. The
 * sentences need only the job, so they are not stored: each reader of the job makes them, and the
 * form makes them before the submission.
 */
import { isFullPath, PRIORITY, priorityOfNexrender, tagsOfNexrenderJob } from '@renderdeck/domain';
import { isJsonObject, type JsonObject, objectsOf } from './json-object.ts';
import { type Warning, warnOfFields } from './warn-of-fields.ts';
import { warnOfOutputs } from './warn-of-outputs.ts';

/** A job of 1 MB can have 100,000 fields that nobody knows. */
const MOST = 20;

/** The sentences about a nexrender job as submitted, at most 20 and one that counts the others. */
export function warnOfJob(job: unknown): readonly string[] {
  if (!isJsonObject(job)) return [];
  const finders = [warnOfOutputs, warnOfPaths, warnOfTags, warnOfFields];
  const warnings = finders.flatMap((find) => [...find(job)]);
  const others = warnings.length - MOST;
  const sentences = warnings.slice(0, MOST).map((write) => write());
  return others <= 0 ? sentences : [...sentences, `${others} more warnings are not shown.`];
}

/**
 * The sentence about a priority in the job that is not the priority of the submission. Only
 * /api/v1 reads it there, as nexrender-server does.
 */
export function warnOfPriority(job: unknown, given: number): readonly string[] {
  const inside = isJsonObject(job) ? (job.priority ?? null) : null;
  if (inside === null || priorityOfNexrender(inside) === given) return [];
  const { min, max } = PRIORITY;
  return [
    `priority has no effect inside the job, which gets priority ${given}. Give it beside the ` +
      `job, from ${min} to ${max}.`,
  ];
}

function* warnOfTags({ tags }: JsonObject): Generator<Warning> {
  if (/[^\s,]\s+[^\s,]/.test(Array.isArray(tags) ? tags.join() : String(tags ?? '')))
    yield () => `A space inside a tag counts as _: ${tagsOfNexrenderJob({ tags }).join(', ')}.`;
}

function* warnOfPaths(job: JsonObject): Generator<Warning> {
  const sources = objectsOf(job.assets).map(([at, { src }]) => [`assets[${at}].src`, src] as const);
  const template = isJsonObject(job.template) ? job.template.src : undefined;
  for (const [field, src] of [['template.src', template] as const, ...sources])
    if (typeof src === 'string' && isFullPath(src) && !src.startsWith('file:'))
      yield () => `${field} is a path. The host gives nexrender the file:// address of it.`;
}
