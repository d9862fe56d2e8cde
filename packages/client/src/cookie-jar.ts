import { parseSetCookie, stringifyCookie } from 'cookie';

/** The cookies of one API, kept byte for byte as the API set them. */
export function createCookieJar(header?: string): {
  /** The cookie header; null if there is no cookie. */
  header(): string | null;
  /** Stores the cookies of an answer's Set-Cookie headers. */
  keep(headers: readonly string[]): void;
} {
  const cookies = new Map<string, string>();
  const unchanged = (text: string) => text;
  return {
    header() {
      const own = stringifyCookie(Object.fromEntries(cookies), { encode: unchanged });
      return [header, own].filter(Boolean).join('; ') || null;
    },
    keep(headers) {
      for (const text of headers) {
        const { name, value = '', maxAge } = parseSetCookie(text, { decode: unchanged });
        if (value === '' || (maxAge !== undefined && maxAge <= 0)) cookies.delete(name);
        else cookies.set(name, value);
      }
    },
  };
}
