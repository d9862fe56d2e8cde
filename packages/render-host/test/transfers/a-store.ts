/* What the tests of a store share: its files, its connections, and its failures. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { temporaryFolder } from '@renderdeck/testing/temporary-folder';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import type { Access, OpenStore, Place, Store } from '../../src/transfers/stores/store.ts';
import { TransferFailed } from '../../src/transfers/transfer-failed.mjs';

/** No message of a store may have an address, a name of a login, a secret or a full stop. */
const REFUSED = /127\.0\.0\.1|WRITER|secret|farm\.example|upload_id|\.$/;

type Message = string | RegExp;
export const passing = (message: Message, more = {}) => ({ message, isPassing: true, ...more });
export const final = (message: Message) => ({ message, isPassing: false, waitMs: null });

const ANSWERED = 'the server answered';
export const passingAnswer = (answer: string, more = {}) => passing(`${ANSWERED} ${answer}`, more);
export const finalAnswer = (answer: string) => final(`${ANSWERED} ${answer}`);

export function aStore(openStore: OpenStore, files: Record<string, Buffer | string>) {
  const notes: string[] = [];
  const opened: Store[] = [];
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    folder = await temporaryFolder('store');
    for (const [name, bytes] of Object.entries(files))
      await writeFile(join(folder.path, name), bytes);
  });
  afterAll(() => folder.remove());
  afterEach(async () => {
    vi.unstubAllEnvs();
    notes.splice(0);
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });
  return {
    notes,
    pathOf: (name: string) => join(folder.path, name),
    async open(place: Pick<Place, 'scheme' | 'bucket' | 'endpoint' | 'region'>, access: Access) {
      const end = new AbortController();
      const how = { signal: end.signal, onNote: (note: string) => void notes.push(note) };
      const store = await openStore({ host: '', port: null, key: '', ...place }, access, how);
      opened.push(store);
      return { store, end };
    },
    async upload(store: Store, key: string, name: string, onSent = (_: number) => {}) {
      let begun = '';
      const uploaded = await store.upload(join(folder.path, name), key, {
        ...{ temporaryName: 'unused', contentType: 'video/mp4', metadata: { job: '7' } },
        ...{ acl: 'public-read', cacheControl: 'no-store', contentDisposition: 'inline' },
        onBegun: async (temporary) => {
          begun = temporary;
        },
        onSent,
      });
      expect(uploaded).toMatchObject({ key, temporary: begun });
      return uploaded;
    },
  };
}

/** Uploads without any wishes. */
export const uploadFile = (store: Store, path: string, key: string, onSent = (_: number) => {}) =>
  store.upload(path, key, { temporaryName: '.t.part', onBegun: async () => undefined, onSent });

export async function readAll(store: Store, key: string, from = 0, version: string | null = null) {
  return buffer(await store.read(key, from, version));
}

/** Expects a failure like this. Its message tells no secret. */
export async function fails(work: Promise<unknown>, expected: object): Promise<void> {
  const cause = await work.then(
    () => 'no failure',
    (error) => error,
  );
  expect(cause).toBeInstanceOf(TransferFailed);
  expect(cause.message).not.toMatch(REFUSED);
  const { message, isPassing, waitMs, isMaybe } = cause;
  expect({ message, isPassing, waitMs, isMaybe }).toMatchObject(expected);
}
