import type { RequestContext } from '@renderdeck/contract/router';

/** The context of a request by an admin with this name. */
export function anAdmin(name: string, channel: RequestContext['channel'] = 'rest'): RequestContext {
  return {
    actor: { kind: 'user', id: '1', name, role: 'admin' },
    channel,
    address: null,
    requestId: null,
  };
}
