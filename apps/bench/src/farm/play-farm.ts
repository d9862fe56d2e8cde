/*
 * One or more APIs, one PostgreSQL, played hosts, pages that follow and acts of admins. Hosts and
 * pages run in processes of their own, so that their CPU time counts apart. `close` ends all of it.
 */
import { startPgbouncer } from '@renderdeck/testing/pgbouncer';
import { type ApiProgram, startApiProgram } from '../api-program.ts';
import { startBenchFarm } from '../bench-farm.ts';
import { analyzeFilled, fillQueue } from '../fill-queue.ts';
import { type FarmLoad, mostConnections } from './farm-load.ts';
import { startHosts } from './hosts.ts';
import { openPages, type Pages } from './pages.ts';
import { watchServer } from './watch-server.ts';

/** The connections of PgBouncer to the server. Few of all statements run at the same time. */
const SERVER_CONNECTIONS = 20;

export type FarmWithoutHosts = Awaited<ReturnType<typeof openFarm>>;
export type PlayedFarm = Awaited<ReturnType<typeof playFarm>>;

/** Starts all of a farm. */
export async function playFarm(load: FarmLoad) {
  const opened = await openFarm(load);
  try {
    return { ...opened, ...(await opened.addHosts()) };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Starts all of a farm but its hosts. */
export async function openFarm(load: FarmLoad) {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of closing.splice(0).toReversed()) await end();
  };
  try {
    return { ...(await start(load, (end) => closing.push(end))), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(load: FarmLoad, onClose: (end: () => Promise<unknown>) => void) {
  const farm = await startBenchFarm({ maxConnections: mostConnections(load) });
  onClose(farm.close);
  const database = await farm.database();
  const server = await watchServer(database);
  onClose(server.close);
  const emptyMb = await server.megabytes();
  if (!load.idle) await fillQueue(database, load.jobs);
  const filledMb = (await server.megabytes()) - emptyMb;
  const apis: ApiProgram[] = [];
  const pages: Pages[] = [];
  for (let started = 0; started < load.apis; started += 1) {
    const api = await startApiProgram(farm, database);
    onClose(api.end);
    apis.push(api);
    const ofApi = await openPages(api, Math.ceil(load.pages / load.apis));
    onClose(ofApi.close);
    pages.push(ofApi);
  }
  const pooler =
    load.way !== 'direct'
      ? await startPgbouncer(database.url, 'transaction', SERVER_CONNECTIONS)
      : null;
  if (pooler !== null) onClose(pooler.stop);
  return {
    ...{ farm, database, server, apis, pages, filledMb },
    poolerPid: pooler?.pid() ?? null,
    /** Starts the hosts. Resolves when all claim jobs. */
    async addHosts() {
      const startedAt = performance.now();
      const urls = { url: pooler?.url ?? database.url, listenUrl: database.url };
      const hosts = await startHosts(load, { ...urls, folder: farm.folder });
      onClose(hosts.kill);
      const startedInMs = performance.now() - startedAt;
      await analyzeFilled(database.sql);
      await server.followWorkers();
      return { hosts, startedInMs };
    },
  };
}
