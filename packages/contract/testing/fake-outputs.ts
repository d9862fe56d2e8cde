import { refuse } from '../src/index.ts';
import type { AdminPort } from '../src/router.ts';
import type { FakeFarm, FakeJob } from './fake-farm.ts';

const LINK_MS = 600_000;

/** The outputs of the fake farm: those that a test has put into `farm.outputs`. */
export function createFakeOutputs(
  farm: FakeFarm,
  find: (id: string) => FakeJob,
  now: () => Date,
): Pick<AdminPort, 'getOutputLink' | 'getOutputFile' | 'openOutput'> {
  const bytesOf = (id: string, attempt: number, output: number) => {
    find(id);
    const bytes = attempt === 1 && output === 1 ? farm.outputs.get(id) : undefined;
    if (bytes === undefined) throw refuse('output_not_found', undefined, { attempt, output });
    return new TextEncoder().encode(bytes);
  };
  return {
    async getOutputLink(_asker, { id, attempt, output, sessionId }) {
      bytesOf(id, attempt, output);
      return {
        address: `/api/jobs/${id}/attempts/${attempt}/outputs/${output}/file?link=${sessionId}`,
        until: new Date(now().getTime() + LINK_MS).toISOString(),
        shownAs: 'video',
        why: null,
      };
    },
    async getOutputFile(_asker, { id, attempt, output, link, sessionId }) {
      if (link !== String(sessionId)) throw refuse('output_link_over');
      const bytes = bytesOf(id, attempt, output).length;
      return { path: `/out/${id}.mp4`, bytes, type: 'video/mp4', isShown: true };
    },
    async openOutput({ path }) {
      const text = farm.outputs.get(path.slice('/out/'.length, -'.mp4'.length)) ?? '';
      const bytes = new TextEncoder().encode(text);
      return {
        bytes: bytes.length,
        etag: '"fake"',
        modifiedAt: now(),
        async *read(first, last) {
          yield bytes.subarray(first, last + 1);
        },
        close: async () => undefined,
      };
    },
  };
}
