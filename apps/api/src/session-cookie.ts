/*
 * The encrypted session cookie. It carries the id of a session but no lifetime: the database
 * decides when the session ends.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseCookie, stringifySetCookie } from 'cookie';
import { sealData, unsealData } from 'iron-session';
import { z } from 'zod';
import type { DecryptedCookies } from './decrypted-cookies.ts';

const COOKIE = 'renderdeck_session';
const sessionSchema = z.object({ id: z.uuid() });

export type NewSession = { readonly id: string; readonly expiresAt: string };

/**
 * Returns the session id of the request's cookie. Any of the secrets may decrypt the cookie. A
 * cookie that is forged, incomplete or encrypted with another secret counts as no cookie.
 */
export async function readSessionId(
  { headers }: IncomingMessage,
  secrets: readonly string[],
  decrypted: DecryptedCookies,
): Promise<string | null> {
  const cookie = parseCookie(headers.cookie ?? '', { decode })[COOKIE];
  if (cookie === undefined) return null;
  const known = decrypted.get(cookie);
  if (known !== undefined) return known;
  const sessionId = await decrypt(cookie, secrets);
  if (sessionId !== null) decrypted.set(cookie, sessionId);
  return sessionId;
}

async function decrypt(cookie: string, secrets: readonly string[]): Promise<string | null> {
  for (const secret of secrets) {
    // For some forged cookies unsealData throws, for others it returns {}.
    const decrypted = await unsealData(cookie, { password: numberedKey(secret) }).catch(() => null);
    const session = sessionSchema.safeParse(decrypted);
    if (session.success) return session.data.id;
  }
  return null;
}

/** Sets the cookie of this session. For null, deletes the cookie. */
export async function writeSessionCookie(
  response: ServerResponse,
  session: NewSession | null,
  { secret, secure }: { readonly secret: string; readonly secure: boolean },
): Promise<void> {
  const value =
    session === null
      ? ''
      : await sealData({ id: session.id }, { password: numberedKey(secret), ttl: 0 });
  const life = session === null ? { maxAge: 0 } : { expires: new Date(session.expiresAt) };
  response.appendHeader(
    'set-cookie',
    stringifySetCookie(COOKIE, value, {
      httpOnly: true,
      sameSite: 'strict',
      secure,
      path: '/',
      ...life,
    }),
  );
}

/**
 * An encrypted cookie names its key by a number. Every key gets the same number, so a cookie is
 * still decrypted when its key has another place in the list, or is the only key left.
 */
function numberedKey(secret: string): { '1': string } {
  return { '1': secret };
}

/** A cookie with invalid percent-encoding counts as no cookie. */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
