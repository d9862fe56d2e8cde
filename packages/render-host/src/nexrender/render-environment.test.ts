import { expect, test } from 'vitest';
import { makeRenderEnvironment, unusedNexrenderVariables } from './render-environment.ts';

test('a render gets no secret of the daemon; its temporary files stay in its folder', async () => {
  const base = {
    PATH: '/bin',
    DATABASE_URL: 'postgres://u:p@h/d',
    PGPASSWORD: 'p',
    RENDERDECK_SESSION_SECRET: 's',
    RENDERDECK_STAND_IN_FRAME_MS: '5',
    NODE_OPTIONS: '--import tsx',
    NEXRENDER_KILL_AEFX_ON_RENDER_TIMEOUT: 'false',
    NEXRENDER_FFMPEG: '/missing',
    TMPDIR: '/tmp',
  };
  expect(await makeRenderEnvironment(base, { tempPath: '/scratch/temp' })).toEqual({
    PATH: '/bin',
    RENDERDECK_STAND_IN_FRAME_MS: '5',
    TMPDIR: '/scratch/temp',
    TEMP: '/scratch/temp',
    TMP: '/scratch/temp',
    NEXRENDER_ENABLE_AELOG_PROJECT_FOLDER: '1',
    NEXRENDER_DOWNLOAD_TIMEOUT: '604800000',
  });
});

test('a render gets the ffmpeg of the setting, or else the first ffmpeg in PATH', async () => {
  const scratch = { tempPath: '/t' };
  const given = { NEXRENDER_FFMPEG: process.execPath, PATH: '' };
  const { NEXRENDER_FFMPEG: ffmpeg } = await makeRenderEnvironment(given, scratch);
  expect(ffmpeg).toBe(process.execPath);
  expect(await makeRenderEnvironment({ PATH: '' }, scratch)).not.toHaveProperty('NEXRENDER_FFMPEG');
});

test('on Windows the case of a name does not count, and the folders of the user stay', async () => {
  const base = {
    Path: 'C:\\Windows',
    SystemRoot: 'C:\\Windows',
    USERPROFILE: 'C:\\Users\\render',
    APPDATA: 'C:\\Users\\render\\AppData\\Roaming',
    Temp: 'C:\\Windows\\Temp',
    Database_Url: 'postgres://u:p@h/d',
    nexrender_kill_aefx_on_render_timeout: 'false',
    Nexrender_Download_Timeout: '5',
  };
  const { Path, SystemRoot, USERPROFILE, APPDATA } = base;
  const scratch = { tempPath: 'D:\\scratch\\temp' };
  expect(await makeRenderEnvironment(base, scratch, null, 'win32')).toEqual({
    ...{ Path, SystemRoot, USERPROFILE, APPDATA },
    TMPDIR: scratch.tempPath,
    TEMP: scratch.tempPath,
    TMP: scratch.tempPath,
    NEXRENDER_ENABLE_AELOG_PROJECT_FOLDER: '1',
    NEXRENDER_DOWNLOAD_TIMEOUT: '5',
  });
});

test('variables of nexrender that have no effect are named', () => {
  const set = {
    NEXRENDER_FFMPEG: '/bin/ffmpeg',
    nexrender_download_timeout: '5',
    NEXRENDER_FORCE_ENV: '1',
    RENDERDECK_SLOTS: '2',
  };
  expect(unusedNexrenderVariables(set)).toEqual(['NEXRENDER_FORCE_ENV']);
});
