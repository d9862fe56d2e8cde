import { isRecord } from '../system/is-record.ts';
import { type Credential, chooseAccess, loginFor } from './credentials.mjs';
import {
  type Address,
  isStoreAddress,
  readStoreAddress,
  readUploadPlace,
} from './store-address.mjs';
import { isUpload } from './uploads.mjs';

/**
 * The logins of this host that a checked job needs: those that it names, and those for the servers
 * that it names. `sentence`: why this host cannot serve the job (`notHere`), or no host with this
 * login may (`refused`).
 */
export function findCredentials(
  job: Record<string, unknown>,
  all: readonly Credential[],
):
  | { ok: true; credentials: readonly Credential[] }
  | { ok: false; kind: 'notHere' | 'refused'; sentence: string } {
  const needed = new Set<string>();
  for (const { field, source } of listSources(job)) {
    if (!/^https?:/i.test(source.src)) continue;
    const params = isRecord(source.params) ? source.params : {};
    const login = loginFor(new URL(source.src), params, all);
    if ('refused' in login)
      return { ok: false, kind: 'refused', sentence: `${field}.${login.refused}.` };
  }
  for (const { field, read } of listPlaces(job)) {
    const chosen = chooseAccess(read(), all);
    if ('missing' in chosen)
      return {
        ok: false,
        kind: 'notHere',
        sentence:
          `${field} needs the login ${chosen.missing}. RENDERDECK_CREDENTIALS_FILE of this host ` +
          'has none of this name for that server.',
      };
    if (chosen.entry !== null) needed.add(chosen.entry);
  }
  const forHttp = all.filter((one) => one.for.some((server) => /^https?:/i.test(server)));
  return {
    ok: true,
    credentials: all.filter((one) => needed.has(one.name) || forHttp.includes(one)),
  };
}

function listSources(job: Record<string, unknown>) {
  const sources = [
    { field: 'template', source: job.template },
    ...readList(job.assets).map((source, index) => ({ field: `assets[${index}]`, source })),
  ];
  return sources.flatMap(({ field, source }) => {
    if (!isRecord(source) || typeof source.src !== 'string' || source.type === 'data') return [];
    return [{ field, source: { src: source.src, params: source.params } }];
  });
}

function listPlaces(job: Record<string, unknown>) {
  const found: { field: string; read: () => Address }[] = [];
  for (const { field, source } of listSources(job)) {
    const { src, params } = source;
    if (isStoreAddress(src))
      found.push({ field, read: () => readStoreAddress(src, isRecord(params) ? params : {}) });
  }
  for (const [list, actions] of Object.entries(isRecord(job.actions) ? job.actions : {}))
    for (const [index, action] of readList(actions).entries()) {
      if (!isRecord(action) || typeof action.module !== 'string') continue;
      const { module, provider, params } = action;
      if (!isUpload({ module, provider })) continue;
      const given = isRecord(params) ? params : {};
      const field = `actions.${list}[${index}]`;
      found.push({ field, read: () => readUploadPlace(provider, given, 'result') });
    }
  return found;
}

function readList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
