export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects in a list, each with its index; none if the value is no list. */
export function objectsOf(value: unknown): (readonly [index: number, object: JsonObject])[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown, index) =>
    isJsonObject(item) ? [[index, item] as const] : [],
  );
}
