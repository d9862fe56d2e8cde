type Reading<Result> = { readonly now: Promise<Result>; next: Promise<Result> | null };

/**
 * Returns `read` with equal calls shared: all calls that come while an equal one is read get the
 * answer of the next read, which begins when that one has ended. So none reads anything older than
 * itself, and however many pages show the same list, the database reads it once at a time. Calls
 * are equal where their inputs are the same JSON.
 */
export function shareEqualReads<Input, Result>(
  read: (input: Input) => Promise<Result>,
): (input: Input) => Promise<Result> {
  const readings = new Map<string, Reading<Result>>();

  function start(key: string, input: Input): Promise<Result> {
    const reading: Reading<Result> = { now: read(input), next: null };
    readings.set(key, reading);
    const forget = () => {
      if (reading.next === null) readings.delete(key);
    };
    reading.now.then(forget, forget);
    return reading.now;
  }

  return (input) => {
    const key = JSON.stringify(input);
    const reading = readings.get(key);
    if (reading === undefined) return start(key, input);
    const again = () => start(key, input);
    reading.next ??= reading.now.then(again, again);
    return reading.next;
  };
}
