import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { test } from 'node:test';
import { readHostFacts, readUptime, readWindowsSession } from '../../src/process/host-facts.ts';

test('a host knows its machine, its hardware and its boot', async () => {
  const facts = await readHostFacts();
  assert.match(facts.machineId ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.match(facts.hardwareId ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.match(facts.bootId, /^\d{18}-[0-9a-f]{4}$/);
  assert.equal(facts.pidNamespace, null);
  assert.deepEqual(await readHostFacts(), facts);
  writeFileSync(String(process.env.FACTS), JSON.stringify(facts));
});

test('the machine id is that of the registry', async () => {
  const key = 'HKLM\\SOFTWARE\\Microsoft\\Cryptography';
  const reg = `${process.env.SystemRoot}\\system32\\reg.exe`;
  const answer = execFileSync(reg, ['query', key, '/v', 'MachineGuid'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { machineId } = await readHostFacts();
  assert.ok(String(answer).toLowerCase().includes(String(machineId)));
});

test('the machine is up since its boot, and no longer than the one beneath', () => {
  const upMs = readUptime();
  assert.ok(upMs > 0 && upMs < uptime() * 1000, `${upMs} ms`);
});

test('a program of a user is not in session 0', () => {
  assert.ok(Number(readWindowsSession()) > 0);
});
