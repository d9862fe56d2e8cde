import type { RequestContext } from '@renderdeck/contract/router';

/** What a request of an admin with this name runs in. */
export function anAdmin(name: string, channel: RequestContext['channel'] = 'rest'): RequestContext {
  return {
    actor: { kind: 'user', id: '1', name, role: 'admin' },
    channel,
    address: null,
    requestId: null,
  };
}
