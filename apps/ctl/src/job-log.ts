import { type Api, followAttemptLog, nextAttempt } from '@renderdeck/client';
import { visibleJson, visibleText, type WireLogChunk } from '@renderdeck/contract';
import type { Command } from 'commander';
import { jsonOption, wholeNumber } from './command-options.ts';
import { findJobId } from './job-id.ts';
import type { Io, Perform } from './perform.ts';

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
    .action((given: string, { attempt, follow = false, json = false, raw = false }: Log) =>
      perform({ json }, async (api) => {
        const id = await findJobId(api, given);
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

type Wanted = { readonly id: string; readonly attempt: number | undefined };

/** Prints the log of one attempt, and new lines until the attempt is over. Returns its number. */
async function printAttempt(
  api: Api,
  { id, attempt, follow }: Wanted & { readonly follow: boolean },
  write: Writer,
): Promise<number> {
  const read = await printLog(api, { id, attempt }, write);
  if (!follow || !read.isGrowing || !write.isOpen()) return read.attempt;
  const after = { id, attempt: read.attempt, after: read.seq };
  for await (const chunk of followAttemptLog(api, after)) {
    await write.print(chunk);
    if (!write.isOpen()) break;
  }
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
