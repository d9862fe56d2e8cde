import { checkCases, describeOnWindows } from '@renderdeck/wine';

describeOnWindows('what a render uses on Windows', async (wine) => {
  checkCases(await wine.runCases(new URL('./usage.windows.ts', import.meta.url)), [
    'the account of a tree has all its processes and their memory',
    'the free disk is that of the system',
  ]);
});
