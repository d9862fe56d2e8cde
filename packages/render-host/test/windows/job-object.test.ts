import { checkCases, describeOnWindows } from '@renderdeck/wine';

describeOnWindows('a Job Object holds a render', async (wine) => {
  const results = await wine.runCases(new URL('./job-object.windows.ts', import.meta.url));
  checkCases(results, [
    'a host with Windows holds each render in a Job Object',
    'a stop ends a tree of five and the kernel proves it',
  ]);
});
