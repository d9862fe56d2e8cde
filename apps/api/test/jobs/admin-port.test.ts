import { describeAdminPort } from '@renderdeck/contract/testing/describe-admin-port';
import { openLiveFeeds } from '../../src/live/live-feeds.ts';
import { bindAdminPort } from '../../src/port/bind-admin-port.ts';
import { playHost } from '../rest/play-host.ts';
import { openFarm } from '../serve-api.ts';

describeAdminPort('the port over a database', async () => {
  const farm = await openFarm({ users: ['ada'] });
  const live = openLiveFeeds(farm.db, () => {});
  const listener = farm.listen();
  await live.listen(listener);
  const { worker } = farm;
  const host = playHost(farm);
  return {
    port: bindAdminPort({ db: farm.db, live }),
    claim: async () => (await worker.claim()).jobId,
    passGate: worker.passGate,
    acknowledge: worker.acknowledge,
    complete: worker.complete,
    finishFirst: worker.complete,
    fail: worker.fail,
    progress: worker.progress,
    appear: () => host.signOn(),
    answerCheck: host.answerCheck,
    silence: host.silence,
    async lose(id) {
      await host.signOn();
      await host.silence();
      await host.lose(id);
    },
    prove: host.prove,
    async close() {
      live.stop();
      await listener.close();
      await farm.close();
    },
  };
});
