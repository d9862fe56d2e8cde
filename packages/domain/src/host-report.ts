import type { HostCheck } from './host-check.ts';
import { listOf, type Of, object, oneOf, TEXT, TIME } from './shape.ts';

/**
 * ok: nothing to do. done: it was put right just now. todo: a person must do what the sentence
 * says. unknown: the host could not tell; a person must look.
 */
export const FINDING_STATES = ['ok', 'done', 'todo', 'unknown'] as const;
export type FindingState = (typeof FINDING_STATES)[number];

const HOST_FINDING = object({
  name: TEXT,
  state: oneOf(FINDING_STATES),
  /** What was found, and with `todo` the exact step. */
  sentence: TEXT,
});
/** One thing that a command of a host looked at, as told to people. */
export type HostFinding = Of<typeof HOST_FINDING>;

export const HOST_REPORT = object({ at: TIME, findings: listOf(HOST_FINDING) });
/** What such a command found, at which time by the host's own clock. */
export type HostReport = Of<typeof HOST_REPORT>;

/** What a person still has to do on the host. */
export function listTodo({ findings }: Pick<HostReport, 'findings'>): readonly HostFinding[] {
  return findings.filter(({ state }) => state === 'todo');
}

/** What nobody knows before a person looked. */
export function listUnknown({ findings }: Pick<HostReport, 'findings'>): readonly HostFinding[] {
  return findings.filter(({ state }) => state === 'unknown');
}

/** The report in a few words: the names of what is left for a person. */
export function describeReport(report: Pick<HostReport, 'findings'>): string {
  const todo = listTodo(report).map(({ name }) => name);
  const unknown = listUnknown(report).map(({ name }) => name);
  const parts = [
    ...(todo.length === 0 ? [] : [`to do: ${todo.join(', ')}`]),
    ...(unknown.length === 0 ? [] : [`not known: ${unknown.join(', ')}`]),
  ];
  return parts.length === 0 ? 'nothing to do' : parts.join('; ');
}

/** A part of the check that a host makes of itself, as a finding. */
export function toFinding({ name, ok, sentence }: HostCheck): HostFinding {
  return { name, state: ok === null ? 'unknown' : ok ? 'ok' : 'todo', sentence };
}
