import {
  describeCached,
  describeEstimate,
  describeNoHost,
  describeOutputFacts,
  describeTransfer,
  mayRunOf,
  statusText,
  type WireAttempt,
  type WireJob,
  type WireOutput,
  type WireTransfer,
} from '@renderdeck/contract';
import { shortMs, shortTime } from './format-table.ts';

type Silent = ReadonlySet<string>;

/** The API's word for the status, then the page's word: `RENDERING (Unknown)`. */
function formatStatus(job: WireJob, silent: Silent): string {
  const word = statusText(job, job.host !== null && silent.has(job.host), Date.now());
  return `${job.status} (${word})`;
}

/** A job as a row of a table. */
export function formatRow(job: WireJob, silent: Silent): string[] {
  const { id, priority, position, progress, host, tags, name } = job;
  const mayRun = mayRunOf(job).length;
  return [
    id,
    formatStatus(job, silent),
    String(priority),
    position === null ? '-' : String(position),
    `${Math.round(progress)}%`,
    host ?? '-',
    mayRun === 0 ? '-' : String(mayRun),
    tags.length === 0 ? '-' : tags.join(),
    name,
  ];
}

/** "position 7". For a job with tags, the position counts the whole queue, and the text says so. */
function formatPlace({ position, tags }: WireJob): string {
  return `position ${position}${tags.length === 0 ? '' : ' in the whole queue'}`;
}

type Submitted = {
  readonly again?: string;
  readonly warnings?: readonly string[];
  readonly callback?: { readonly secret: string };
};

/**
 * The answer to a submission: the place of the new job, the tags that no host offers, and the
 * secret of its callback if one was made.
 */
export function formatSubmitted(
  job: WireJob,
  { again = '', warnings = [], callback }: Submitted = {},
): string[] {
  const { id, name, priority } = job;
  return [
    `Submitted ${name}${again} as ${id}: ${formatPlace(job)}, priority ${priority}.`,
    ...[...warnings, ...job.warnings].map(formatWarning),
    ...(callback === undefined ? [] : [`  secret of the callback: ${callback.secret}`]),
  ];
}

export const formatWarning = (warning: string) => `  WARNING    ${warning}`;

/** The tags in a list of jobs that no host offers, each once. */
export function formatNoHosts(jobs: readonly WireJob[]): string[] {
  const counts = new Map<string, number>();
  for (const job of jobs) {
    const short = describeNoHost(job)?.short;
    if (short !== undefined) counts.set(short, (counts.get(short) ?? 0) + 1);
  }
  return [...counts].map(([short, count]) => `${short} (${count} of these jobs)`);
}

/** A job in lines. */
export function formatJob(job: WireJob, silent: Silent): string[] {
  const progress = `${Math.round(job.progress)} % done`;
  const submitted = `submitted ${shortTime(job.createdAt)} by ${job.submittedBy}`;
  const place = job.position === null ? '' : `, ${formatPlace(job)}`;
  const status = formatStatus(job, silent);
  return [
    `${job.name} (${job.id})`,
    `  ${status}, ${progress}, priority ${job.priority}${place}, version ${job.version}`,
    `  ${submitted}; started ${shortTime(job.startedAt)}; ended ${shortTime(job.endedAt)}`,
    ...formatEstimate(job),
    ...(job.transfer ? formatTransfer(job.transfer) : []),
    ...(job.tags.length === 0 ? [] : [`  tags ${job.tags.join(', ')}`]),
    ...(job.rerunOf === null ? [] : [`  runs ${job.rerunOf} again`]),
    ...job.rerunBy.map((id) => `  run again as ${id}`),
    ...(job.failure === null ? [] : [`  ${job.failure}`]),
    ...job.warnings.map(formatWarning),
  ];
}

/** When it will start and end; nothing if the server does not say it. */
function formatEstimate(job: WireJob): string[] {
  const text = describeEstimate(job, shortTime);
  if (text === null) return [];
  return [`  ${text.whole}${text.ground === null ? '' : `, ${text.ground}`}`];
}

/** What the host downloads, uploads or copies, and when it reported that. */
function formatTransfer(transfer: WireTransfer): string[] {
  const { what, now, amount } = describeTransfer(transfer);
  return [
    `  ${what}: ${amount}, as of ${shortTime(transfer.reportedAt)}`,
    ...(now === null ? [] : [`    now ${now}`]),
  ];
}

/** An attempt in lines, with the report of its host about processes and files. */
export function formatAttempt(attempt: WireAttempt): string[] {
  const { number, host, phase, outcome, cachedSources, stop, removal, outputs = [] } = attempt;
  const cached = describeCached(cachedSources);
  const head = `  attempt ${number} on ${host}: ${outcome ?? phase ?? 'started'}`;
  return [
    head,
    ...(cached === null ? [] : [`    downloads  ${cached}`]),
    ...outputs.flatMap(formatOutput),
    ...(stop === null ? [] : [`    processes  ${describeStopReport(stop)}`]),
    ...(removal === null ? [] : [`    files      ${describeRemoval(removal)}`]),
  ];
}

/** An output in lines: where it is, when it came out, and what is known of it. */
function formatOutput(output: WireOutput): string[] {
  const { path, publishedAt, sha256 } = output;
  return [
    `    published  ${path} at ${shortTime(publishedAt)}`,
    `               ${describeOutputFacts(output)}`,
    ...(sha256 === null ? [] : [`               SHA-256 ${sha256}`]),
  ];
}

function describeStopReport({
  processes,
  survivors,
  proof,
}: NonNullable<WireAttempt['stop']>): string {
  const left = survivors.map(({ pid, name }) => `${pid} ${name}`).join(', ');
  if (left !== '') return `${processes.length} seen, still running: ${left}`;
  const proven = proof === null ? 'no proof that all ended' : `proof ${proof}`;
  return `${processes.length} seen, ${proven}`;
}

function describeRemoval({ files, bytes, leftovers, timeToCleanMs }: Removal): string {
  const left = leftovers.length === 0 ? '' : `, ${leftovers.length} left over`;
  return `${files} removed, ${bytes} bytes in ${shortMs(timeToCleanMs)}${left}`;
}
type Removal = NonNullable<WireAttempt['removal']>;
