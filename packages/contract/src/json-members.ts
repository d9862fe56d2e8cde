/**
 * The JSON of the members of an object, without the braces. `texts` has the JSON of some values by
 * their keys, for values whose text is made already.
 */
export function membersOf(object: object, texts: Readonly<Record<string, string>> = {}): string {
  return Object.entries(object)
    .flatMap(([key, value]) => {
      const json = texts[key] ?? JSON.stringify(value);
      return json === undefined ? [] : [`${JSON.stringify(key)}:${json}`];
    })
    .join();
}

/** The JSON of an object that has all these members. */
export function objectOf(...members: readonly string[]): string {
  return `{${members.filter((text) => text !== '').join()}}`;
}
