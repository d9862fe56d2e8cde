import type { WireAccount, WireSession, WireToken } from '@renderdeck/contract';

/** What the routes of users, tokens and sessions take and answer, by `method path`. */
export function accessExamples(password: string, at: string) {
  const user: WireAccount = {
    id: '4a6f2d3b-7c1e-4b8a-9d0f-3e5c2b1a6f70',
    name: 'mira',
    role: 'submitter',
    disabled: false,
    createdAt: at,
    lastSeenAt: at,
    sessions: 1,
  };
  const token: WireToken = {
    id: '9e0d1c2b-3a4f-4e5d-8c6b-7a8f9e0d1c2b',
    name: 'pipeline',
    role: 'submitter',
    createdBy: 'ada',
    createdAt: at,
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
  };
  const session: WireSession = {
    id: '5b4a3f2e-1d0c-4b9a-8f7e-6d5c4b3a2f1e',
    user: user.name,
    address: '192.0.2.7',
    createdAt: at,
    lastSeenAt: at,
    expiresAt: at,
  };
  const { name, role } = user;
  return {
    'get /api/users': { answers: { 200: { users: [user] } } },
    'post /api/users': {
      body: { name, role, password },
      answers: { 201: { success: true, user } },
    },
    'patch /api/users/{name}': {
      body: { disabled: true },
      answers: { 200: { success: true, user: { ...user, disabled: true, sessions: 0 } } },
    },
    'get /api/tokens': { answers: { 200: { tokens: [token] } } },
    'post /api/tokens': {
      body: { name: token.name, role: token.role },
      answers: { 201: { success: true, token, secret: 'a secret that is shown this once' } },
    },
    'delete /api/tokens/{name}': {
      answers: { 200: { success: true, token: { ...token, revokedAt: at } } },
    },
    'get /api/sessions': { answers: { 200: { sessions: [session] } } },
    'delete /api/sessions/{id}': { answers: { 200: { success: true } } },
  };
}
