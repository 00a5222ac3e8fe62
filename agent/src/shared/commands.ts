/**
 * The only place that starts other programs. Every one is named here by absolute path with fixed
 * arguments: nothing from a server, a user or a file ever becomes part of a command.
 */
import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { errorMessage, Unavailable } from './errors.js';
import { isSingleExecutable } from './single-executable.js';
import { WINDOWS_LOOP_SCRIPT, WINDOWS_PROCESSES_SCRIPT } from './windows-scripts.js';

/** One program: its possible locations, of which the first that exists is used, and its arguments. */
interface Command {
  paths: readonly string[];
  args: readonly string[];
}

const NVIDIA_SMI = [
  '/usr/bin/nvidia-smi',
  '/usr/local/bin/nvidia-smi',
  '/usr/local/nvidia/bin/nvidia-smi',
  '/usr/lib/wsl/lib/nvidia-smi',
  '/run/current-system/sw/bin/nvidia-smi',
  'C:\\Windows\\System32\\nvidia-smi.exe',
  'C:\\Program Files\\NVIDIA Corporation\\NVSMI\\nvidia-smi.exe',
];
const NVIDIA_ARGS = [
  '--query-gpu=index,name,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw',
  '--format=csv,noheader,nounits',
];
const POWERSHELL = ['C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe'];
const POWERSHELL_ARGS = ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command'];
const IOREG = ['/usr/sbin/ioreg'];
const SYSTEMCTL = ['/usr/bin/systemctl', '/bin/systemctl', '/run/current-system/sw/bin/systemctl'];
const SLEEP_UNIT = 'procspy-agent-sleep.service';
const LAUNCHCTL = ['/bin/launchctl'];
const SCHTASKS = ['C:\\Windows\\System32\\schtasks.exe'];
const LAUNCHD_PLIST = '/Library/LaunchDaemons/procspy-agent.plist';
const TASK_XML = 'C:\\ProgramData\\procspy-agent\\task.xml';
const ICACLS = ['C:\\Windows\\System32\\icacls.exe'];

const LIST = {
  nvidiaEverySecond: { paths: NVIDIA_SMI, args: [...NVIDIA_ARGS, '--loop=1'] },
  nvidiaEvery5Seconds: { paths: NVIDIA_SMI, args: [...NVIDIA_ARGS, '--loop=5'] },
  windowsLoop: { paths: POWERSHELL, args: [...POWERSHELL_ARGS, WINDOWS_LOOP_SCRIPT] },
  windowsProcesses: { paths: POWERSHELL, args: [...POWERSHELL_ARGS, WINDOWS_PROCESSES_SCRIPT] },
  windowsMachineGuid: {
    paths: ['C:\\Windows\\System32\\reg.exe'],
    args: ['query', 'HKLM\\SOFTWARE\\Microsoft\\Cryptography', '/v', 'MachineGuid'],
  },
  macVmStat: { paths: ['/usr/bin/vm_stat'], args: [] },
  macSwap: { paths: ['/usr/sbin/sysctl'], args: ['-n', 'vm.swapusage'] },
  macMounts: { paths: ['/sbin/mount'], args: [] },
  macNetstat: { paths: ['/usr/sbin/netstat'], args: ['-ibn'] },
  macDisks: { paths: IOREG, args: ['-r', '-l', '-w', '0', '-c', 'IOBlockStorageDevice'] },
  macGpus: { paths: IOREG, args: ['-r', '-d', '1', '-w', '0', '-c', 'IOAccelerator'] },
  macPlatform: { paths: IOREG, args: ['-r', '-d', '1', '-c', 'IOPlatformExpertDevice'] },
  macBatteries: { paths: ['/usr/bin/pmset'], args: ['-g', 'batt'] },
  macProcesses: { paths: ['/bin/ps'], args: ['-Aceo', 'pid=,user=,pcpu=,rss=,comm='] },
  systemdState: { paths: SYSTEMCTL, args: ['show', '--property=SystemState', '--value'] },
  systemdReload: { paths: SYSTEMCTL, args: ['daemon-reload'] },
  systemdEnable: { paths: SYSTEMCTL, args: ['enable', 'procspy-agent.service', SLEEP_UNIT] },
  systemdRestart: { paths: SYSTEMCTL, args: ['restart', 'procspy-agent.service'] },
  systemdDisable: { paths: SYSTEMCTL, args: ['disable', '--now', 'procspy-agent.service'] },
  systemdDisableSleep: { paths: SYSTEMCTL, args: ['disable', SLEEP_UNIT] },
  systemdForget: { paths: SYSTEMCTL, args: ['reset-failed', 'procspy-agent.service'] },
  launchdLoad: { paths: LAUNCHCTL, args: ['bootstrap', 'system', LAUNCHD_PLIST] },
  launchdUnload: { paths: LAUNCHCTL, args: ['bootout', 'system/procspy-agent'] },
  taskCreate: {
    paths: SCHTASKS,
    args: ['/Create', '/TN', 'procspy-agent', '/XML', TASK_XML, '/F'],
  },
  taskRun: { paths: SCHTASKS, args: ['/Run', '/TN', 'procspy-agent'] },
  taskEnd: { paths: SCHTASKS, args: ['/End', '/TN', 'procspy-agent'] },
  taskDelete: { paths: SCHTASKS, args: ['/Delete', '/TN', 'procspy-agent', '/F'] },
  // Program and settings are for administrators, and for the service's user to read, not to change.
  windowsProtect: {
    paths: ICACLS,
    args: [
      'C:\\ProgramData\\procspy-agent',
      '/inheritance:r',
      '/grant',
      '*S-1-5-18:(OI)(CI)F',
      '*S-1-5-32-544:(OI)(CI)F',
      '*S-1-5-19:(OI)(CI)RX',
    ],
  },
  windowsOpenState: {
    paths: ICACLS,
    args: ['C:\\ProgramData\\procspy-agent\\state', '/grant', '*S-1-5-19:(OI)(CI)M'],
  },
} as const satisfies Record<string, Command>;

/** The name of a program of the list. */
export type CommandName = keyof typeof LIST | keyof typeof SELF;

/** Larger output is an error. */
const LARGEST_OUTPUT_BYTES = 8 * 1024 * 1024;

/** Commands by which the agent starts itself for work that needs a separate process. */
export const SELF = {
  /** Takes systeminformation, which starts many programs and stays in memory: `host/system-information.ts`. */
  hostFacts: 'internal-host-facts',
  /** May hang: `collectors/linux/remote-filesystems.ts`. */
  remoteFilesystems: 'internal-remote-filesystems',
  automountedFilesystems: 'internal-automounted-filesystems',
  /** Run by the system around the machine's sleep: `cli/sleep.ts`. */
  beforeSleep: 'internal-before-sleep',
  afterSleep: 'internal-after-sleep',
} as const;

function isOwnVerb(name: CommandName): name is keyof typeof SELF {
  return name in SELF;
}

function commandOf(name: CommandName): Command {
  if (!isOwnVerb(name)) return LIST[name];
  const self = isSingleExecutable() ? [] : [fileURLToPath(import.meta.url)];
  return { paths: [process.execPath], args: [...self, SELF[name]] };
}

/** Path of the program; `null` if it is not installed. */
export function findCommand(name: CommandName): string | null {
  for (const path of commandOf(name).paths) {
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Try the next location.
    }
  }
  return null;
}

/** The command as a person would type it, for `--dry-run`. */
export function showCommand(name: CommandName): string {
  const { paths, args } = commandOf(name);
  return [findCommand(name) ?? paths[0], ...args].join(' ');
}

/** The environment without the agent's secrets, with English as the language. */
function childEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PROCSPY_|NODE_)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

function located(name: CommandName): string {
  const path = findCommand(name);
  if (path !== null) return path;
  const program = commandOf(name).paths[0] ?? name;
  throw new Unavailable('tool_missing', `${program} is not installed`);
}

/** Runs a program; returns its output. Throws `Unavailable`. */
export async function runCommand(name: CommandName, timeoutMs: number): Promise<string> {
  const path = located(name);
  const { execFile } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    execFile(
      path,
      [...commandOf(name).args],
      {
        env: childEnvironment(),
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: LARGEST_OUTPUT_BYTES,
        windowsHide: true,
        cwd: process.platform === 'win32' ? 'C:\\' : '/',
      },
      (error, stdout, stderr) => {
        if (!error) resolve(stdout);
        else if (error.killed) {
          reject(new Unavailable('failed', `${path} took longer than ${timeoutMs} ms`));
        } else {
          const words = stderr.trim().split('\n')[0] || errorMessage(error);
          reject(new Unavailable('failed', `${path}: ${words}`));
        }
      },
    );
  });
}

/** A program that keeps running and prints lines. */
export interface LineProcess {
  stop(): void;
}

/** Starts one certain program that prints lines, as `startLines` does. */
export type StartLines = (
  onLine: (line: string) => void,
  ended: (reason: string) => void,
) => Promise<LineProcess>;

/** Starts a program that prints lines. `ended` is called once, even if the program cannot be started. */
export async function startLines(
  name: CommandName,
  onLine: (line: string) => void,
  ended: (reason: string) => void,
  environment: Readonly<Record<string, string>> = {},
): Promise<LineProcess> {
  const path = located(name);
  const { spawn } = await import('node:child_process');
  const child = spawn(path, [...commandOf(name).args], {
    env: { ...childEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
    cwd: process.platform === 'win32' ? 'C:\\' : '/',
  });
  let rest = '';
  let over = false;
  const finish = (reason: string) => {
    if (over) return;
    over = true;
    ended(reason);
  };
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LARGEST_OUTPUT_BYTES) rest = '';
    for (const line of lines) onLine(line.replace(/\r$/, ''));
  });
  child.on('error', (error) => finish(errorMessage(error)));
  child.on('close', (code, signal) => finish(`it ended (${signal ?? `code ${code ?? '?'}`})`));
  // The agent must be able to end while the program is still running.
  child.unref();
  return {
    stop: () => {
      over = true;
      child.stdout.destroy();
      child.kill('SIGKILL');
    },
  };
}
