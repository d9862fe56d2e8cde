/* How a real host identifies itself, how long it has been up, and what its Job Objects count. */
import { uptime } from 'node:os';
import { readHostFacts, readUptime } from '../process/host-facts.ts';
import { loadWindowsApi } from '../process/windows/load-windows-api.ts';
import { ACCOUNTING_BYTES, JOB_INFO } from '../process/windows/structs.ts';
import { withMember } from './member.ts';
import type { Probe, Seen } from './probe.ts';

const systems: Probe['systems'] = ['win32'];
/** The class JobObjectMemoryUsageInformation, and its size. */
const MEMORY = { what: 28, bytes: 16 } as const;
const BUSY_MS = 300;
/** node.exe has more bytes than this. */
const LEAST_READ = 10_000_000;
const UPTIMES_DIFFER_MS = 60_000;

export const HOST_PROBES: readonly Probe[] = [
  {
    name: 'ids of the host',
    systems,
    expected: 'The registry has a machine id, the firmware a hardware id, and a boot has its id.',
    async run() {
      const { machineId, hardwareId, bootId } = await readHostFacts();
      const known = (id: string | null) => (id === null ? 'not known' : 'known');
      const isNamed = /^\d+-[0-9a-f]{4}$/.test(bootId);
      return {
        seen: `Machine id ${known(machineId)}, hardware id ${known(hardwareId)}, boot ${bootId}.`,
        asExpected: machineId !== null && hardwareId !== null && isNamed,
      };
    },
  },
  {
    name: 'uptime of the host',
    systems,
    expected:
      "The kernel's boot time and its count of ticks give the same uptime. Run this again after " +
      'sleep, after a shutdown with fast startup and after a restart: only the last changes the ' +
      'boot id.',
    async run() {
      const [byBoot, byTicks] = [readUptime(), uptime() * 1000];
      return {
        seen: `${Math.round(byBoot / 1000)} s and ${Math.round(byTicks / 1000)} s.`,
        asExpected: Math.abs(byBoot - byTicks) < UPTIMES_DIFFER_MS,
      };
    },
  },
  {
    name: 'accounts of a job',
    systems,
    expected:
      'A job counts the CPU and the bytes read of an ended program, and tells its present memory.',
    run: () =>
      withMember(RUN_BUSY_CHILD, ({ job, receive }) => receive().then(() => seeAccounts(job))),
  },
];

const BUSY =
  "require('node:fs').readFileSync(process.execPath); const t = Date.now(); " +
  `while (Date.now() - t < ${BUSY_MS});`;
const RUN_BUSY_CHILD = `
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', ${JSON.stringify(BUSY)}]);
  child.once('exit', () => process.send({ up: true })); setInterval(() => {}, 1000);`;

type AccountedJob = Pick<Parameters<Parameters<typeof withMember>[1]>[0]['job'], 'accounting'>;

function seeAccounts(job: AccountedJob): Seen {
  const api = loadWindowsApi();
  const empty = api.createJob().value ?? 0;
  const [bytes, memory] = [
    api.queryJob(empty, JOB_INFO.accounting, Buffer.alloc(ACCOUNTING_BYTES)),
    api.queryJob(empty, MEMORY.what, Buffer.alloc(MEMORY.bytes)),
  ];
  api.close(empty);
  const used = job.accounting?.() ?? null;
  if (used === null) return { seen: 'Windows gave no figures for the job.', asExpected: false };
  const { cpuMs, bytesRead, memoryBytes } = used;
  return {
    seen:
      `CPU ${Math.round(cpuMs)} ms, ${bytesRead} bytes read (error ${bytes}), ` +
      `memory ${memoryBytes} bytes (error ${memory}).`,
    asExpected:
      cpuMs >= BUSY_MS / 2 && bytesRead !== null && bytesRead > LEAST_READ && memory === 0,
  };
}
