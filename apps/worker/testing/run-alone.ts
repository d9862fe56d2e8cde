import { execa } from 'execa';

/** Runs a program in a folder with only these variables. Returns how it ended. */
export async function runAlone(
  cwd: string,
  [program, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string>> = {},
) {
  const { RENDERDECK_TEST_RUN = '' } = process.env;
  const { exitCode, stdout, stderr } = await execa(program, args, {
    cwd,
    env: { RENDERDECK_TEST_RUN, ...env },
    extendEnv: false,
    reject: false,
  });
  return { exitCode, stdout, stderr };
}
