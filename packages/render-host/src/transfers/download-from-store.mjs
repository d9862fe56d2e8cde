// @ts-check
/**
 * Downloads one file from a store, with the tries of tries.mjs. After a cut, the next try reads the
 * rest if the store still has the same version of the file.
 *
 * @typedef {import('./stores/store.ts').Place} Place
 * @typedef {import('./stores/store.ts').Access} Access
 */
import { createHash, getHashes } from 'node:crypto';
import { checkWhole, nothingArrived, receive, startAgain } from './arrived.mjs';
import { readIntegrity } from './checksums.mjs';
import { openStore } from './stores/open-store.mjs';
import { withTries } from './tries.mjs';

/**
 * Throws a TransferFailed, the reason of the signal, or the error of a write.
 *
 * @param {{ place: Place, access: Access, integrity: string | null }} source
 * @param {import('./download-by-http.mjs').How} how
 * @returns {Promise<import('./cache/through-cache.mjs').Got>}
 */
export async function downloadFromStore({ place, access, integrity }, how) {
  const arrived = nothingArrived();
  const got = { isKnown: false, version: null, contentType: null };
  const { signal, nameFile, transfer, onRetry: onNote } = how;
  await withTries(async () => {
    const store = await openStore(place, access, { signal, onNote });
    try {
      const { size, version, contentType, sums } = await store.describe(place.key);
      got.isKnown = arrived.size === 0 && version !== null && version === how.known;
      if (got.isKnown) return;
      Object.assign(got, { version, contentType });
      how.onVersion(version);
      const isRest = arrived.size > 0 && version !== null && version === arrived.version;
      if (!isRest)
        Object.assign(arrived, {
          ...{ path: nameFile(contentType), size: 0, total: size, version },
          checksums: [...readIntegrity(integrity ?? ''), ...sums.flatMap(toChecksum)],
        });
      await receive(await store.read(place.key, arrived.size, version), arrived, transfer);
      // A server of FTP or SFTP cannot say that the file changed while it was read.
      const after = await store.describe(place.key);
      if (after.version !== version || after.size !== size)
        startAgain(arrived, 'the file changed while it was read');
      checkWhole(arrived, false);
    } finally {
      await store.close();
    }
  }, how);
  return got;
}

/** @param {import('./stores/store.ts').StoredFile['sums'][number]} sum */
function toChecksum({ algorithm, value, whose }) {
  if (!getHashes().includes(algorithm)) return [];
  return [{ hash: createHash(algorithm), wanted: [value], whose }];
}
