import { execa } from 'execa';

/** The commit that is checked out, or null where files differ from it or git does not say. */
export async function readCommit(folder: string): Promise<string | null> {
  const ask = async (...args: string[]) => {
    const { stdout, failed } = await execa('git', args, { cwd: folder, reject: false });
    return failed ? null : stdout.trim();
  };
  const changes = await ask('status', '--porcelain');
  return changes === '' ? await ask('rev-parse', 'HEAD') : null;
}
