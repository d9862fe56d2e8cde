const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
/** `[` and `{` differ from `]` and `}` by two. */
const [LIST, LIST_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];

export type JsonLimits = { readonly levels: number; readonly values: number };

/**
 * Returns a function that gets a JSON text in pieces of UTF-8 and returns what is too much so far.
 * It costs about 1 ms of CPU for each MB and makes no value: JSON.parse of a text with very many
 * levels or values costs hundreds of ms. A text that is not JSON is not recognised here. The values
 * are the fields of objects and the items of lists; an empty one counts as one more.
 */
export function measureJson(most: JsonLimits): (piece: Uint8Array) => keyof JsonLimits | null {
  let isText = false;
  let isEscaped = false;
  let levels = 0;
  let values = 0;
  return (piece) => {
    for (const byte of piece) {
      if (isText) {
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) isText = false;
      } else if (byte === QUOTE) isText = true;
      else if (byte === COMMA) values += 1;
      else if (byte === LIST || byte === OBJECT) {
        values += 1;
        levels += 1;
        if (levels > most.levels) return 'levels';
      } else if (byte === LIST_END || byte === OBJECT_END) levels -= 1;
    }
    return values > most.values ? 'values' : null;
  };
}
