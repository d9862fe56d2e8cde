import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import koffi from 'koffi';

test('node.exe runs on Windows', () => assert.equal(process.platform, 'win32'));

test('koffi calls the kernel', () => {
  const kernel = koffi.load('kernel32.dll');
  assert.equal(kernel.func('uint32 GetCurrentProcessId()')(), process.pid);
});

test('a native program starts', () => {
  const { status } = spawnSync(String(process.env.NATIVE), ['42']);
  assert.equal(status, 42);
});
