import { randomUUID } from 'node:crypto';
import { createFirstAdmin } from '@renderdeck/operations';
import { answerCall, callOf } from '@renderdeck/settings';
import { explainNoStart, type Store, whileItMayPass } from '@renderdeck/store/connect';
import closeWithGrace from 'close-with-grace';
import { buildServer } from './build-server.ts';
import { type ApiConfig, apiConfig, jobRules, readEnvironment } from './config.ts';
import { openStore } from './connections.ts';
import { findHostDatabase } from './host-database.ts';

const CLOSE_WITHIN_MS = 5000;

/** Reports why the API does not start, and makes the process end with exit code 1. */
function giveUp(sentence: string): void {
  process.stderr.write(`renderdeck api: ${sentence}\n`);
  process.exitCode = 1;
  // If a parent process opened a channel, it gets the sentence too.
  if (process.connected) process.send?.({ gaveUp: sentence }, () => process.disconnect());
}

/** Returns the name of the admin that this start created, or null if users exist already. */
async function makeFirstAdmin(
  { db }: Store,
  admin: { name: string; password: string },
): Promise<string | null> {
  const requestContext = {
    actor: { kind: 'system', name: 'renderdeck' },
    channel: 'start',
    address: null,
    requestId: null,
  } as const;
  const made = await createFirstAdmin({ db, requestContext, newId: randomUUID }, admin);
  return made.ok ? admin.name : null;
}

async function start(config: ApiConfig): Promise<void> {
  const store = openStore(config);
  try {
    const problem = await whileItMayPass(store.schemaProblem);
    if (problem === null) return await serve(store, config);
    giveUp(problem);
  } catch (error) {
    giveUp(explainNoStart(error, config.databaseUrl));
  }
  await store.close();
}

/** Serves until the process is asked to end. Throws when it cannot begin to. */
async function serve(store: Store, config: ApiConfig): Promise<void> {
  const { firstAdmin } = config;
  const madeAdmin =
    firstAdmin === null ? null : await whileItMayPass(() => makeFirstAdmin(store, firstAdmin));
  const hostDatabase = await findHostDatabase(config);
  const server = await buildServer(store, { ...config, jobRules: jobRules(), hostDatabase });
  const closing = closeWithGrace(
    { delay: CLOSE_WITHIN_MS, logger: { error: (text: string) => server.log.error(text) } },
    async ({ err }) => {
      if (err !== undefined) server.log.error({ err }, 'api failed');
      await server.close();
      await store.close();
    },
  );
  try {
    const address = await server.listen({ host: config.host, port: config.port });
    // A parent process with a channel started the API: the API ends when the parent ends.
    process.once('disconnect', () => closing.close());
    // The parent may have ended before the listener was added.
    if (process.connected === false) closing.close();
    else process.send?.({ listening: address, madeAdmin });
  } catch (error) {
    const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    giveUp(
      inUse
        ? `Port ${config.port} on ${config.host} is taken; ` +
            'stop what uses it, or set PORT to another.'
        : String(error),
    );
    await server.close();
    await store.close();
    closing.uninstall();
  }
}

/** Lets the system of this machine run the API, or undoes that (commands/install.ts). */
async function changeSystem(args: readonly string[]): Promise<void> {
  const { runInstall } = await import('./commands/install.ts');
  const problem = await runInstall(args, readEnvironment(), (line) => {
    process.stdout.write(`${line}\n`);
  });
  if (problem !== null) giveUp(problem);
}

const args = process.argv.slice(2);
const changesSystem = args[0] === 'install' || args[0] === 'uninstall';
const answer = changesSystem
  ? null
  : answerCall(args, {
      command: 'api [install | uninstall]',
      does:
        'Serves the page and the API of the farm whose database DATABASE_URL names.\n' +
        '`install` lets systemd run it: see `api install --help`.',
    });
const read = apiConfig();
if (answer !== null) process.stdout.write(`${answer}\n`);
else if (changesSystem) await changeSystem(args);
else if (args.length > 0) giveUp(`There is no ${args.join(' ')}: see \`${callOf('api --help')}\`.`);
else if (read.ok) await start(read.config);
else giveUp(read.sentences.join(' '));
