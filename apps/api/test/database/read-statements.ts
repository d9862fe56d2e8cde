/** Type (1 byte) and length (4 bytes) of a message. The first one of a connection has no type. */
const HEAD = { typed: 5, first: 4 } as const;

/**
 * Reads what a client sends to PostgreSQL: takes the bytes as they come, and calls `onRun` with the
 * text of each statement that is run, also of one that was prepared earlier.
 */
export function readStatements(onRun: (text: string) => void): (data: Buffer) => void {
  const prepared = new Map<string, string>();
  let unread: Buffer = Buffer.alloc(0);
  let head: number = HEAD.first;
  const readMessage = (type: string, body: Buffer) => {
    const [first = '', second = ''] = body.toString('latin1').split('\0');
    if (type === 'P') prepared.set(first, second);
    if (type === 'B') onRun(prepared.get(second) ?? '');
    if (type === 'Q') onRun(first);
  };
  return (data) => {
    unread = Buffer.concat([unread, data]);
    for (;;) {
      if (unread.length < head) return;
      const end = head - 4 + unread.readInt32BE(head - 4);
      if (unread.length < end) return;
      readMessage(
        head === HEAD.typed ? String.fromCharCode(unread[0] ?? 0) : '',
        unread.subarray(head, end),
      );
      unread = unread.subarray(end);
      head = HEAD.typed;
    }
  };
}
