/** Throws an error. Its line number is part of a test. */
export function fail(why: string): never {
  throw new Error(why);
}
