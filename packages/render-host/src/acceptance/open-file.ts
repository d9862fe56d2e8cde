import { openLibrary } from '../process/windows/load-windows-api.ts';

const READ = 0x8000_0000;
const OPEN_EXISTING = 3;
const NORMAL = 0x80;

/** What other programs may do with a file while it is open. */
export const SHARE = { none: 0, read: 1, readWrite: 3, all: 7 } as const;

/** Opens a file of Windows with this share mode, and closes it after the work. */
export async function withOpenFile<Result>(
  path: string,
  share: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const { library: kernel32 } = openLibrary('kernel32.dll');
  const open: (...args: [string, number, number, null, number, number, number]) => number =
    kernel32.func(
      'intptr_t CreateFileW(str16 path, uint32_t access, uint32_t share, void *security, ' +
        'uint32_t how, uint32_t flags, intptr_t template)',
    );
  const close: (handle: number) => number = kernel32.func('int CloseHandle(intptr_t handle)');
  const handle = open(path, READ, share, null, OPEN_EXISTING, NORMAL, 0);
  if (handle === -1) throw new Error(`${path} could not be opened`);
  try {
    return await work();
  } finally {
    close(handle);
  }
}
