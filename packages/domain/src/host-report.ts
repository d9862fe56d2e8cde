import type { CheckItem } from './host-check.ts';
import { listOf, type Of, object, oneOf, TEXT, TIME } from './shape.ts';

/**
 * ok: nothing to do. done: the command just put it right. todo: a person must do what the sentence
 * says. unknown: the host could not find out, so a person must look.
 */
export const FINDING_STATES = ['ok', 'done', 'todo', 'unknown'] as const;
export type FindingState = (typeof FINDING_STATES)[number];

const HOST_FINDING = object({
  name: TEXT,
  state: oneOf(FINDING_STATES),
  /** What was found. With `todo` it also says the exact step to do. */
  sentence: TEXT,
});
/** One thing that a command on a host looked at, with its result for people. */
export type HostFinding = Of<typeof HOST_FINDING>;

export const HOST_REPORT = object({ at: TIME, findings: listOf(HOST_FINDING) });
/** The findings of such a command, and when it ran by the host's own clock. */
export type HostReport = Of<typeof HOST_REPORT>;

/** What a person still has to do on the host. */
export function listTodo({ findings }: Pick<HostReport, 'findings'>): readonly HostFinding[] {
  return findings.filter(({ state }) => state === 'todo');
}

/** What the host could not find out, so a person must look. */
export function listUnknown({ findings }: Pick<HostReport, 'findings'>): readonly HostFinding[] {
  return findings.filter(({ state }) => state === 'unknown');
}

/** The report in a few words: the names of the findings that a person must act on. */
export function describeReport(report: Pick<HostReport, 'findings'>): string {
  const todo = listTodo(report).map(({ name }) => name);
  const unknown = listUnknown(report).map(({ name }) => name);
  const parts = [
    ...(todo.length === 0 ? [] : [`to do: ${todo.join(', ')}`]),
    ...(unknown.length === 0 ? [] : [`not known: ${unknown.join(', ')}`]),
  ];
  return parts.length === 0 ? 'nothing to do' : parts.join('; ');
}

/** One item of the check of a host, as a finding. */
export function toFinding({ name, ok, sentence }: CheckItem): HostFinding {
  return { name, state: ok === null ? 'unknown' : ok ? 'ok' : 'todo', sentence };
}
