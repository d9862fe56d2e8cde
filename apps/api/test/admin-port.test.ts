import { createFakeAdminPort } from '@renderdeck/testing/fake-admin-port';
import { openLiveFeeds } from '../src/live/live-feeds.ts';
import { bindAdminPort } from '../src/port/bind-admin-port.ts';
import { describeAdminPort } from './admin-port.testsuite.ts';
import { openFarm } from './serve-api.ts';

describeAdminPort('the port over a database', async () => {
  const farm = await openFarm({ users: ['ada'] });
  const live = openLiveFeeds(farm.db, () => {});
  const listener = farm.listen();
  await live.listen(listener);
  const { worker } = farm;
  return {
    port: bindAdminPort(farm.db, live, live.logs, { assetRoots: [], outputRoots: [], actions: [] }),
    claim: async () => (await worker.claim()).jobId,
    passGate: worker.passGate,
    acknowledge: worker.acknowledge,
    complete: worker.complete,
    finishFirst: worker.complete,
    fail: worker.fail,
    progress: worker.progress,
    async close() {
      live.stop();
      await listener.close();
      await farm.close();
    },
  };
});

describeAdminPort('the fake port', async () => {
  const { port, farm } = createFakeAdminPort();
  return {
    port,
    claim: async () => farm.claimNext().id,
    passGate: async (id) => farm.passGate(id),
    acknowledge: async (id) => farm.acknowledgeStop(id),
    complete: async (id) => farm.complete(id),
    finishFirst: async (id) => farm.finishFirst(id),
    fail: async (id, failure) => farm.fail(id, failure),
    progress: async (id, percent) => farm.progress(id, percent),
    close: async () => farm.signal.stop(),
  };
});
