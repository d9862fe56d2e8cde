import { randomUUID } from 'node:crypto';
import { lockHost } from '@renderdeck/render-host';
import { connect } from '@renderdeck/store/connect';
import { pino } from 'pino';
import { type WorkerConfig, workerConfig } from './config.ts';
import { startDaemon } from './daemon.ts';
import { RunningAttempts } from './running-attempts.ts';

/** Says why it does not start, in a sentence a person can act on. */
function giveUp(sentence: string): void {
  process.stderr.write(`renderdeck worker: ${sentence}\n`);
  process.exitCode = 1;
  // Whoever started it over a channel is told why.
  if (process.connected) process.send?.({ gaveUp: sentence }, () => process.disconnect());
}

async function start(config: WorkerConfig): Promise<void> {
  const log = pino({ level: config.logLevel, base: { host: config.name } });
  const lock = await lockHost(config.scratchRoot).catch((error: unknown) => ({
    trouble: error instanceof Error ? error.message : String(error),
  }));
  if ('trouble' in lock) return giveUp(lock.trouble);
  if ('heldBy' in lock) {
    return giveUp(
      `Another worker (process ${lock.heldBy}) uses the scratch root ${config.scratchRoot}; stop it, or set RENDERDECK_SCRATCH_ROOT to a folder of its own.`,
    );
  }
  const store = connect(config.databaseUrl, { name: `renderdeck worker ${config.name}`, poolSize: 4 });
  const trouble = await store
    .schemaTrouble()
    .catch((error: unknown) => `The database does not answer: ${String(error instanceof Error ? (error.cause ?? error.message) : error)}.`);
  if (trouble !== null) {
    await Promise.all([lock.release(), store.close()]);
    return giveUp(trouble);
  }
  const worker = {
    config,
    context: { db: store.db, host: config.name, workerId: randomUUID() },
    store,
    listener: store.listener((error) => log.error({ err: error }, 'listener failed')),
    log,
    attempts: new RunningAttempts(),
  };
  let ending: Promise<void> | null = null;
  const end = (why: string) => {
    ending ??= (async () => {
      log.info({ why }, 'worker ends');
      await daemon.shutDown();
      await store.close();
      await lock.release();
      if (process.connected) process.disconnect();
      log.info('worker ended');
    })();
    return ending;
  };
  const daemon = await startDaemon(worker, () => void end('another worker took over this name'));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(signal));
  // Started by another program over a channel: it ends when that program does.
  process.once('disconnect', () => void end('its starter ended'));
  process.send?.({ ready: config.name });
}

const read = workerConfig();
if (read.ok) await start(read.config);
else giveUp(read.sentences.join(' '));
