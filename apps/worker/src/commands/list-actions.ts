import { type DescribedAction, describeActions } from '@renderdeck/render-host';
import type { ActionConfig } from '../config.ts';

const RULES = {
  publishes: 'publishes, after both gates',
  leaves: 'may leave the host, so it runs after the second gate',
  stays: 'stays in the folder of the job, so it asks no gate (RENDERDECK_LOCAL_ACTIONS)',
  nothing: 'does not run, and a job that names it runs without it',
} as const;

/** Prints a line for each action module that this host allows or has. */
export function listActions(config: ActionConfig, print: (line: string) => void): null {
  for (const action of describeActions(config)) print(lineOf(action));
  return null;
}

function lineOf({ name, version, path, isOwn, rule }: DescribedAction): string {
  const what = version === null ? name : `${name} ${version}`;
  const allowed = rule === null ? 'not in RENDERDECK_ACTIONS, never runs' : RULES[rule];
  if (path === null) return `${what}: NOT INSTALLED; ${allowed}`;
  return `${what}: ${allowed}; from ${isOwn ? 'Renderdeck' : path}`;
}
