import type { Api } from '@renderdeck/client';
import { isFinal, visibleJson, visibleText, type WireLogChunk } from '@renderdeck/contract';
import type { Command } from 'commander';
import { jsonOption, wholeNumber } from './command-options.ts';
import { followStream, retryWhileAway } from './follow-stream.ts';
import type { Io, Perform } from './perform.ts';
import { untilJob } from './until-job.ts';

type Log = { attempt?: number; follow?: boolean; json?: boolean; raw?: boolean };
/** One request reads at most this many bytes of chunks. */
const READ_BYTES = 500_000;

/** `ctl jobs log` prints the lines that an attempt printed. */
export function addLog(jobs: Command, perform: Perform, io: Io): void {
  jobs
    .command('log <id>')
    .description('the log of an attempt (default: the newest); stdout has only its lines')
    .option('--attempt <n>', 'the number of the attempt', wholeNumber)
    .option('--follow', 'also print new lines and new attempts until the job has ended')
    .option('--raw', 'print escape sequences as the render wrote them; a terminal obeys them')
    .addOption(jsonOption())
    .action((id: string, { attempt, follow = false, json = false, raw = false }: Log) =>
      perform({ json }, async (api) => {
        const write = writer(io, { json, raw });
        const first = follow ? (attempt ?? (await firstAttempt(api, id))) : attempt;
        let shown =
          first === null ? null : await printAttempt(api, { id, attempt: first, follow }, write);
        while (follow && attempt === undefined && shown !== null && write.isOpen()) {
          const next = await nextAttempt(api, id, shown);
          if (next === null) break;
          // Not on stdout, because this is no line of the log.
          io.printError(`Attempt ${next}.\n`);
          shown = await printAttempt(api, { id, attempt: next, follow }, write);
        }
        return { lines: [], json: undefined };
      }),
    );
}

/** The newest attempt, or the first one once it has begun. Null when the job ended without one. */
async function firstAttempt(api: Api, id: string): Promise<number | null> {
  const { job } = await api.getJob.query({ id });
  return job.attempt ?? (await nextAttempt(api, id, 0));
}

/** The attempt after this one, once it has begun. Null when the job ended without another one. */
async function nextAttempt(api: Api, id: string, shown: number): Promise<number | null> {
  const job = await untilJob(
    api,
    id,
    ({ attempt, status }) => (attempt ?? 0) > shown || isFinal(status),
  );
  return (job.attempt ?? 0) > shown ? shown + 1 : null;
}

type Wanted = { readonly id: string; readonly attempt: number | undefined };

/** Prints the log of one attempt, and new lines until the attempt is over. Returns its number. */
async function printAttempt(
  api: Api,
  { id, attempt, follow }: Wanted & { readonly follow: boolean },
  write: Writer,
): Promise<number> {
  const read = await printLog(api, { id, attempt }, write);
  if (follow && read.isGrowing && write.isOpen()) await followLog(api, { id, ...read }, write);
  return read.attempt;
}

type Writer = { print(chunk: WireLogChunk): Promise<void>; isOpen(): boolean };

/** Prints chunks as fast as stdout accepts them. Ends without an error when the reader is gone. */
function writer({ write }: Io, { json, raw }: { json: boolean; raw: boolean }): Writer {
  let isOpen = true;
  // Also in a pipe, because the next program often prints to the same terminal.
  const shown = (line: string) => (raw ? line : visibleText(line));
  return {
    isOpen: () => isOpen,
    async print(chunk) {
      if (!isOpen) return;
      isOpen = await write(
        json
          ? `${visibleJson(JSON.stringify(chunk))}\n`
          : chunk.lines.map((line) => `${shown(line)}\n`).join(''),
      );
    },
  };
}

/** Prints the lines that exist now. */
async function printLog(api: Api, { id, attempt: wanted }: Wanted, write: Writer) {
  let attempt = wanted;
  let seq = 0;
  for (let from = 0; ; ) {
    const text = await api.getLogText.query({ id, attempt, from, most: READ_BYTES });
    attempt = text.attempt;
    for (const chunk of text.chunks) {
      await write.print(chunk);
      seq = chunk.seq;
    }
    const isWhole = text.next >= text.size;
    if (isWhole || !write.isOpen()) return { attempt, seq, isGrowing: text.outcome === null };
    from = text.next;
  }
}

/** Prints new lines until the attempt is over, also after a restart of the API. */
async function followLog(
  api: Api,
  { id, attempt, seq }: { readonly id: string; readonly attempt: number; readonly seq: number },
  write: Writer,
): Promise<void> {
  let after = `${attempt}:${seq}`;
  let printing = Promise.resolve();
  /** The server ends the stream when the attempt ends, and when the server shuts down. */
  const hasMore = async () => {
    const { outcome } = await retryWhileAway(() => api.getLogText.query({ id, attempt, most: 1 }));
    if (outcome === null) return true;
    for (;;) {
      const page = await retryWhileAway(() => api.getAttemptLog.query({ id, attempt, after }));
      for (const chunk of page.chunks) printing = printing.then(() => write.print(chunk));
      if (page.chunks.length === 0) return false;
      after = page.after;
    }
  };
  const { done } = followStream<{ id: string; data: WireLogChunk }>(
    (handlers) => api.onAttemptLog.subscribe({ id, attempt, lastEventId: after }, handlers),
    ({ id: cursor, data }, end) => {
      after = cursor;
      printing = printing
        .then(() => write.print(data))
        .then(() => {
          if (!write.isOpen()) end();
        });
    },
    hasMore,
  );
  await done;
  await printing;
}
