/*
 * The options of ffmpeg that a job may set. `RENDERDECK_TEST_FFMPEG=/path/to/ffmpeg` also runs
 * ffmpeg with the allowed options, and checks that the refused options do what they are refused
 * for.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkEncodeParams } from '../../src/nexrender/check-encode-params.ts';
import { FILTERS, FORMATS } from '../../src/nexrender/encode-options.ts';
import { Refusal } from '../../src/nexrender/refusal.ts';

function refusal(params: unknown): string | null {
  try {
    checkEncodeParams('params', params);
    return null;
  } catch (cause) {
    if (cause instanceof Refusal) return cause.field;
    throw cause;
  }
}

const ALLOWED: readonly Record<string, unknown>[] = [
  {},
  { '-acodec': 'aac', '-vcodec': 'libx264', '-pix_fmt': 'yuv420p', '-r': '25' },
  { '-c:v': 'libx264', '-crf': 18, '-preset': 'slow', '-tune': 'film', '-profile:v': 'high' },
  { '-c:v:0': 'libx264', '-b:v': '2M', '-maxrate': '2M', '-bufsize': '4M', '-g': 50, '-bf': '2' },
  { '-c:a': 'libmp3lame', '-b:a:0': '128k', '-ac': 2, '-ar': '44100', '-vn': null },
  { '-r': '30000/1001', '-aspect': '16:9', '-s': '1280x720', '-ss': '00:00:00.5', '-t': 1 },
  { '-movflags': '+faststart', '-strict': '-2', '-map': '0:v:0', '-an': '', '-tag:v': 'avc1' },
  { '-vframes': '1', '-frames:v': 1, '-q:v': 2, '-loop': 0, '-threads': 1 },
  { '-vf': 'scale=640:-1,fps=25' },
  { '-vf': 'scale=w=iw/2:h=-2:flags=lanczos,crop=(iw-10)/2:ih/2:0:0,pad=640:480:(ow-iw)/2:0' },
  { '-filter:v': 'format=yuv420p,setsar=1,transpose=1,hflip,fade=in:0:5,yadif,fps=30000/1001' },
  { '-af': 'volume=0.5,loudnorm=I=-16:TP=-1.5:LRA=11,afade=t=in:st=0:d=1,aresample=44100' },
  { '-af': 'loudnorm=-24:7:-2:0:0:0:-70:0:1:0:json' },
  { '-framerate': 25, '-start_number': '10' },
  { '-f': 'hls', '-hls_time': 4, '-hls_playlist_type': 'vod', '-hls_flags': 'temp_file' },
  { '-hls_segment_filename': 'seg_%03d.ts', '-hls_fmp4_init_filename': 'init.mp4' },
  { '-hls_segment_filename': '\u0024{workPath}/seg_%03d.ts' },
  ...FORMATS.map((format) => ({ '-f': format })),
];

test.each(ALLOWED)('%j is allowed', (params) => {
  expect(refusal(params)).toBe(null);
});

/** Formats that send data, copy files, or start other formats. */
const SENDING = [
  ...['tee', 'fifo', 'fifo_test', 'segment', 'stream_segment', 'dash', 'smoothstreaming'],
  ...['rtp', 'rtp_mpegts', 'rtsp', 'sap', 'whip', 'image2pipe', 'mpjpeg', 'webm_chunk', 'null'],
  ...['alsa', 'pulse', 'oss', 'sdl', 'fbdev', 'xv', 'v4l2', 'chromaprint', 'ffmetadata', 'lavfi'],
];
const OPTIONS: readonly (readonly [string, unknown])[] = [
  ['-i', '/etc/passwd'],
  ['-i:v', 'http://host/x'],
  ['-progress', 'http://host/x'],
  ['-report', null],
  ['-vstats', null],
  ['-vstats_file', 'x'],
  ['-passlogfile', 'x'],
  ['-pass', 1],
  ['-filter_script', 'x'],
  ['-filter_script:v', 'x'],
  ['-filter_complex', 'movie=x'],
  ['-filter_complex_script', 'x'],
  ['-lavfi', 'movie=x'],
  ['-/filter:v', 'x'],
  ['-/vf', 'x'],
  ['-/crf', '/etc/passwd'],
  ['-dump_attachment', 'x'],
  ['-dump_attachment:t', 'x'],
  ['-attach', '/etc/passwd'],
  ['-init_hw_device', 'opencl'],
  ['-map_metadata', '0'],
  ['-sdp_file', 'x'],
  ['-stats_enc_pre', 'x'],
  ['-mux_stats', 'x'],
  ['-x264-params', 'stats=/x'],
  ['-x264opts', 'dump-yuv=/x'],
  ['-method', 'PUT'],
  ['-hls_segment_filename', '/x'],
  ['-hls_segment_filename', '../x'],
  ['-hls_segment_filename', '-y'],
  ['-hls_segment_filename', 'http://host/x'],
  ['-hls_segment_filename', '\u0024{workPath}/../x'],
  ['-hls_key_info_file', 'x'],
  ['-hls_base_url', 'http://host/x'],
  ['-protocol_whitelist', 'http'],
  ['-bsf:v', 'null'],
  ['-vpre', 'x'],
  ['-pre:v', 'x'],
  ['-y', 'x'],
  ['-f:v', 'mp4'],
  ['-fo', 'tee'],
  ['-f ', 'tee'],
  ['--f', 'tee'],
  ['f', 'tee'],
  ['', 'x'],
  ['/etc/x', null],
  ['tee:x', null],
  ['-c:v:0:1', 'x'],
  ['-c:s', 'x'],
  ['-vf:v', 'null'],
  ['-constructor', 'x'],
  ['-f', null],
  ['-f', ''],
  ['-f', ['mp4', 'tee']],
  ...SENDING.map((format) => ['-f', format] as const),
];
const VALUES = [
  ...['/etc/passwd', '../x', 'a/b', 'http://host/x', 'udp://host:1', 'tcp:/x', 'file:/x', 'a b'],
  ...['pipe:1|x', 'a;b', '$x', '%x', "'x'", 'x\ny', '[x]', '30000/1001/1'],
  '\u0024{workPath}',
];
const CHAINS = [
  ...['movie=x', 'amovie=x', 'sendcmd=f=x', 'zmq', 'metadata=print:file=x', 'signature=x'],
  ...['scale=/w=/etc/passwd', 'scale=1:/h=x', 'scale=/etc/passwd', 'scale=w=/etc/passwd'],
  ...[
    'scale=a//b',
    'scale=w=../x',
    'scale=w=1=2',
    'scale@x=1',
    'scale=1;movie=x',
    'scale=size=a\\:b',
  ],
  ...['loudnorm=stats_file=x', 'loudnorm=print_format=json:stats_file=/x', 'loudnorm=a/b'],
  ...['loudnorm=-24:7:-2:0:0:0:-70:0:1:0:json:x', 'loudnorm=::::::::::::x', 'hflip=x'],
  ...['null=/x', 'hflip=x=1', 'constructor', 'toString=1', '', ',', 'scale,', 'fps=25,movie=x'],
  ...['vidstabdetect=result=x', 'drawtext=textfile=x', 'subtitles=x', 'lut3d=x', 'libvmaf', 'psnr'],
];

test.each(OPTIONS)('%s with the value %j is refused', (option, value) => {
  expect(refusal({ '-crf': 18, [option]: value })).toBe(`params["${option}"]`);
});
test.each(VALUES)('the value %j is refused', (value) => {
  for (const option of ['-preset', '-c:v', '-r', '-b:v:0', '-map', '-f', '-vf'])
    expect(refusal({ [option]: value })).toBe(`params["${option}"]`);
});
test.each(CHAINS)('the filters %j are refused', (chain) => {
  for (const option of ['-vf', '-af', '-filter', '-filter:v', '-filter:a:0'])
    expect(refusal({ [option]: chain })).toBe(`params["${option}"]`);
});

test.skipIf(process.env.RENDERDECK_TEST_FFMPEG === undefined)(
  'ffmpeg knows each filter with its options, and each format writes only its own file',
  () => {
    const ffmpeg = process.env.RENDERDECK_TEST_FFMPEG ?? '';
    const folder = mkdtempSync(join(tmpdir(), 'ffmpeg-'));
    const help = (topic: string) =>
      execFileSync(ffmpeg, ['-hide_banner', '-h', topic], { encoding: 'utf8' });
    try {
      for (const name of Object.keys(FILTERS)) expect(help(`filter=${name}`)).toContain('Filter ');
      for (const name of FORMATS) expect(help(`muxer=${name}`)).toContain(`Muxer ${name}`);
      // This is why a / before an option's name is refused: the log shows the content of the file.
      writeFileSync(join(folder, 'secret'), 'SECRET');
      const input = ['-hide_banner', '-f', 'lavfi', '-i', 'testsrc=d=0.1'];
      const chain = `scale=/w=${join(folder, 'secret')}`;
      const shown = spawnSync(ffmpeg, [...input, '-vf', chain, join(folder, 'x.mp4')]);
      expect(String(shown.stderr)).toContain('SECRET');
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  120_000,
);
