/* Prints a path of moves as text for people. */
import { at, rowOf } from './access.ts';
import type { Failure, Found } from './explore.ts';
import { type Attempt, type JobPart, MACHINES, type World } from './world.ts';

export function describeFailure({ sentence, path }: Failure): string {
  const steps = path.map(({ label, world }, index) => {
    const state = describeWorld(world).map((line) => `     ${line}`);
    return [`${String(index + 1).padStart(3)}. ${label}`, ...state].join('\n');
  });
  return [`${sentence}, after ${path.length} moves:`, ...steps].join('\n');
}

function describeWorld({ jobs, machines }: World): readonly string[] {
  const hosts = machines.flatMap(({ name, daemon, isFrozen, isCut }, index) => {
    const words = [
      isFrozen ? 'frozen' : '',
      isCut ? 'cut off' : '',
      daemon === 'ready' ? '' : daemon,
    ];
    const state = words.filter((word) => word !== '').join(', ');
    return name === null || state === '' ? [] : [`${MACHINES[index]}: ${state}`];
  });
  return [...jobs.flatMap(describePart), ...hosts];
}

function describePart(part: JobPart): readonly string[] {
  const { record, attempts, renames } = part;
  if (record === null) return [];
  const { id, status, output, warnings, lease } = record.job;
  const facts = [
    `${id} ${status}`,
    lease === null ? '' : `held by ${lease.attemptId}`,
    `output ${output}`,
    renames.length === 0 ? '' : `renamed by ${renames.join(', ')}`,
    warnings.length === 0 ? '' : `${warnings.length} warnings`,
  ];
  return [
    facts.filter((fact) => fact !== '').join(', '),
    ...attempts.map((one) => describeAttempt(one, part)),
  ];
}

function describeAttempt(attempt: Attempt, { record }: JobPart): string {
  const { id, machine, tree, slot, entry } = attempt;
  const row = rowOf(record, id);
  const said =
    row === undefined
      ? 'unknown'
      : [
          row.outcome ?? 'running',
          `output ${row.output}`,
          row.isProven ? 'proven' : row.isDeclared ? 'declared' : 'unproven',
        ].join(', ');
  const is = [
    tree.isAlive ? 'alive' : 'dead',
    tree.phase,
    tree.ended ?? '',
    slot === null ? 'no slot' : `slot (${slot.reason ?? 'running'}, ${slot.stage})`,
    entry === null || entry.isOpen ? '' : `journal: ${entry.end}${entry.isSent ? '' : ', unsent'}`,
  ];
  const facts = is.filter((one) => one !== '').join(', ');
  return `  ${id} on ${at(MACHINES, machine)}: ${said} | ${facts}`;
}

/** How many states were visited, and how many jobs were in each status. */
export function describeFound({ worlds, depth, moves }: Found): string {
  const counts = new Map<string, number>();
  for (const { jobs } of worlds)
    for (const { record } of jobs) {
      const status = record?.job.status ?? 'not submitted';
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }
  const statuses = [...counts].map(([status, count]) => `${status} ${count}`).join(', ');
  return `${worlds.length} states, ${moves} moves, depth ${depth}; jobs: ${statuses}`;
}
