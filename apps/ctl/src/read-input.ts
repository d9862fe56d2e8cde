/** All of stdin, as text. */
export async function readInput(stdin: AsyncIterable<Uint8Array | string>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of stdin) parts.push(typeof part === 'string' ? Buffer.from(part) : part);
  return Buffer.concat(parts).toString('utf8');
}

/** The first line of stdin without its line end. */
export async function readLine(stdin: AsyncIterable<Uint8Array | string>): Promise<string> {
  let text = '';
  for await (const part of stdin) {
    text += typeof part === 'string' ? part : Buffer.from(part).toString('utf8');
    if (text.includes('\n')) break;
  }
  return text.split(/\r?\n/)[0] ?? '';
}

/** The password from stdin, without the line end that a shell adds. */
export async function readPassword(stdin: AsyncIterable<Uint8Array | string>): Promise<string> {
  return (await readInput(stdin)).replace(/\r?\n$/, '');
}
