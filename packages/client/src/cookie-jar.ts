import { parseSetCookie, stringifyCookie } from 'cookie';

/** The cookies of one API, byte for byte as it set them. */
export function createCookieJar(header?: string): {
  /** The cookie header; null where there is no cookie. */
  header(): string | null;
  /** Takes over the Set-Cookie headers of an answer. */
  keep(headers: readonly string[]): void;
} {
  const cookies = new Map<string, string>();
  const asItIs = (text: string) => text;
  return {
    header() {
      const own = stringifyCookie(Object.fromEntries(cookies), { encode: asItIs });
      return [header, own].filter(Boolean).join('; ') || null;
    },
    keep(headers) {
      for (const text of headers) {
        const { name, value = '', maxAge } = parseSetCookie(text, { decode: asItIs });
        if (value === '' || (maxAge !== undefined && maxAge <= 0)) cookies.delete(name);
        else cookies.set(name, value);
      }
    },
  };
}
