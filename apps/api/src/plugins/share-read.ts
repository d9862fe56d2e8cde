/** Gives one read to all who ask while it runs. Anybody may ask, so the database reads once. */
export function shareRead<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let reading: Promise<Value> | null = null;
  return () => {
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  };
}
