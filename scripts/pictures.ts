/**
 * `pnpm pictures` writes a screenshot of every page to docs/pictures: light and dark, 1440 and 390
 * px wide. The browser test that visits every page takes the screenshots.
 */
import { execa } from 'execa';
import { TOP } from './tracked-files.ts';

const { exitCode } = await execa(
  'vitest',
  ['run', '--config', 'vitest.workspace.ts', '--project', 'browser', 'every-page'],
  {
    cwd: TOP,
    preferLocal: true,
    localDir: TOP,
    stdio: 'inherit',
    reject: false,
    env: { RENDERDECK_SCREENSHOTS: 'docs/pictures' },
  },
);
process.exitCode = exitCode;
