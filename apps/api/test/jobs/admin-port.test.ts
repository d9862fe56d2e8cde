import { describeAdminPort } from '@renderdeck/contract/testing/describe-admin-port';
import { openLiveFeeds } from '../../src/live/live-feeds.ts';
import { bindAdminPort } from '../../src/port/bind-admin-port.ts';
import { openFarm } from '../../testing/open-farm.ts';

const HOST_DATABASE = {
  url: 'postgres://db.farm.example:5432/farm',
  rootCertificate: null,
  fromElsewhere: true,
};

describeAdminPort('the port over a database', async () => {
  const farm = await openFarm({ users: ['ada'] });
  const live = openLiveFeeds(farm.db, () => {});
  const listener = farm.listen();
  await live.listen(listener);
  const { worker } = farm;
  return {
    port: bindAdminPort({ db: farm.db, live, hostDatabase: HOST_DATABASE }),
    claim: async () => (await worker.claim()).jobId,
    passGate: worker.passGate,
    acknowledge: worker.acknowledge,
    complete: worker.complete,
    finishFirst: worker.complete,
    fail: worker.fail,
    progress: worker.progress,
    appear: () => farm.signOn(),
    answerCheck: worker.answerCheck,
    silence: worker.silence,
    async lose(id) {
      await farm.signOn();
      await worker.silence();
      await worker.lose(id);
    },
    prove: worker.prove,
    async close() {
      live.stop();
      await listener.close();
      await farm.close();
    },
  };
});
