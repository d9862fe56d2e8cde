import { describeAdminPort } from './describe-admin-port.ts';
import { createFakeAdminPort } from './fake-admin-port.ts';

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
    appear: async () => farm.hear('render-01'),
    answerCheck: async () => farm.answerCheck('render-01'),
    silence: async () => farm.silence('render-01'),
    lose: async (id) => {
      farm.silence('render-01');
      farm.loseHost(id);
    },
    prove: async (id) => farm.proveLost(id, 1),
    close: async () => farm.signal.stop(),
  };
});
