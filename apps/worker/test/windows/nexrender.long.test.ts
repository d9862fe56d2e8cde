import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkCases,
  compileNative,
  describeOnWindows,
  installNativeStandIn,
} from '@renderdeck/wine';
import { copyNexrender } from './copy-nexrender.ts';

describeOnWindows('nexrender on Windows', (wine) => {
  const run = async () => {
    await copyNexrender(wine.driveC);
    // Wine keeps the shares of other machines in this folder.
    const shares = join(wine.driveC, '..', 'dosdevices', 'unc', 'nas');
    for (const share of ['farm', 'renders']) await mkdir(join(shares, share), { recursive: true });
    const aerender = await installNativeStandIn(
      wine,
      'Program Files/Adobe/Adobe After Effects 2024',
    );
    // The folder of the bundle has the files that its first modules name. This file is elsewhere.
    const program = new URL(
      '../../../../packages/render-host/src/process/program-child.mjs',
      import.meta.url,
    );
    await cp(program, join(wine.driveC, 'process', 'program-child.mjs'));
    const ffmpeg = await compileNative(new URL('./ffmpeg.c', import.meta.url));
    await cp(ffmpeg, join(wine.driveC, 'ff mpeg', 'ffmpeg.exe'));
    return await wine.runCases(new URL('./nexrender.windows.ts', import.meta.url), {
      AERENDER: aerender,
    });
  };

  checkCases(run, [
    'a host that nexrender may prepare is described as it is',
    'aerender names its version',
    'a render ends well: its output is out, its tree is dead and its files are gone',
    'nexrender has prepared After Effects and starts no programs of its own',
    'an output without an extension of its own is .avi, and pictures are pictures',
    'a render that fails says why, and leaves nothing',
    'a render that hangs is cancelled: its programs are dead, its folder is gone',
    'sources may be on a drive or a share, with blanks and letters of any language',
    'a source by http arrives whole after a busy answer',
    'a source that is missing is named with its path on Windows',
    'ffmpeg.exe is found in the PATH, and what it encodes is published',
    'an output goes to a path like a share in one step',
    'where nexrender may not write beside aerender the host is not prepared',
  ]);
});
