// @ts-check
/**
 * The program that removes a temporary upload (remove-upload.ts starts it). Its order comes through
 * its input, because it holds a login. It prints why the upload was left, or null, in JSON.
 */
import { text } from 'node:stream/consumers';
import { guardConnections } from '../nexrender/guard-connections.mjs';
import { openStore } from './stores/open-store.mjs';

const order = JSON.parse(await text(process.stdin));
const { place, access, addresses, temporary } = order;
guardConnections(addresses, () => undefined);
const end = new AbortController();
/** @type {string | null} */
let error = null;
try {
  const how = { signal: end.signal, onNote: () => undefined };
  const store = await openStore(place, access, how);
  await store.remove(temporary);
  await store.close();
} catch (cause) {
  error = cause instanceof Error ? cause.message : String(cause);
} finally {
  end.abort(); // else an open connection would keep this program alive
}
process.stdout.write(JSON.stringify(error));
