// @ts-check
/** Opens a store of any kind. Only the library of this kind is loaded. */
import { TransferFailed } from '../transfer-failed.mjs';

/** @type {Record<string, () => Promise<{ openStore: import('./store.ts').OpenStore }>>} */
const KINDS = {
  s3: () => import('./s3.mjs'),
  gs: () => import('./gs.mjs'),
  ftp: () => import('./ftp.mjs'),
  ftps: () => import('./ftp.mjs'),
  sftp: () => import('./sftp.mjs'),
};

/** @type {import('./store.ts').OpenStore} */
export async function openStore(place, access, how) {
  const load = KINDS[place.scheme];
  if (load === undefined) throw new TransferFailed(`${place.scheme} is not known`);
  return await (await load()).openStore(place, access, how);
}

/**
 * @typedef {object} Connection
 * @property {<T>(act: (store: import('./store.ts').Store) => Promise<T>) => Promise<T>} use opens
 * the store if it is not open. A failure closes it.
 * @property {() => Promise<void>} close
 *
 * @param {{ place: import('./store.ts').Place, access: import('./store.ts').Access,
 *   signal: AbortSignal, onNote: (sentence: string) => void }} to
 * @returns {Connection}
 */
export function openConnection({ place, access, ...how }) {
  /** @type {import('./store.ts').Store | null} */
  let open = null;
  const close = async () => {
    const store = open;
    open = null;
    await store?.close();
  };
  return {
    close,
    async use(act) {
      try {
        open ??= await openStore(place, access, how);
        return await act(open);
      } catch (cause) {
        await close();
        throw cause;
      }
    },
  };
}
