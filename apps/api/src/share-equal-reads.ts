type Reading<Result> = { readonly now: Promise<Result>; next: Promise<Result> | null };

/**
 * Returns `read`, but equal calls share one read. All calls that come while an equal read runs get
 * the result of the next read, which begins after the running one has ended. So no caller gets data
 * older than its call, and the database runs at most one equal read at a time, however many pages
 * show the same list. Calls are equal if their inputs are equal as JSON.
 */
export function shareEqualReads<Input, Result>(
  read: (input: Input) => Promise<Result>,
): (input: Input) => Promise<Result> {
  const readings = new Map<string, Reading<Result>>();

  function start(key: string, input: Input): Promise<Result> {
    const reading: Reading<Result> = { now: read(input), next: null };
    readings.set(key, reading);
    const removeIfLast = () => {
      if (reading.next === null) readings.delete(key);
    };
    reading.now.then(removeIfLast, removeIfLast);
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
