/** Facts about this host that rarely change: sent at registration and when they change. */
import {
  arch,
  cpus,
  hostname,
  networkInterfaces,
  platform,
  release,
  totalmem,
  uptime,
} from 'node:os';
import type { HostFacts } from '../../../src/contracts/index.js';
import { parseProcStat } from '../sampling/collectors/linux/parse-stat.js';
import { type Roots, readText, SYSTEM_ROOTS } from '../shared/roots.js';
import { hostAddresses, type InterfaceAddresses } from './host-addresses.js';
import { readHostname } from './host-name.js';
import { linuxFacts } from './linux.js';

/** Boot times are rounded to the minute: they are computed from two clocks that differ a little. */
const BOOT_GRAIN_MS = 60_000;

/** Reads the facts. `extra` holds those that only a helper process can read. */
export function readHostFacts(extra: HostFacts = {}, roots: Roots = SYSTEM_ROOTS): HostFacts {
  if (roots.host !== null) return mountedHostFacts(extra, roots);
  const processors = cpus();
  const general: HostFacts = {
    hostname: hostname(),
    platform: platform(),
    kernel: release(),
    architecture: arch(),
    cpu_model: processors[0]?.model.trim() || null,
    cpu_cores: processors.length || null,
    memory_bytes: totalmem(),
    boot_time: bootTime(Date.now(), uptime()),
    addresses: addresses(networkInterfaces()),
  };
  const own = platform() === 'linux' ? present(linuxFacts(roots)) : {};
  return { ...general, ...present(extra), ...own };
}

/** Read from the host's files only: system calls would report the facts of the container. */
function mountedHostFacts({ gpus }: HostFacts, roots: Roots): HostFacts {
  return present({
    hostname: readHostname(roots),
    platform: 'linux',
    architecture: roots.recorded ? null : arch(),
    cpu_cores: coreCount(roots),
    gpus: gpus ?? null,
    addresses: addresses(hostAddresses(roots)),
    ...linuxFacts(roots),
  });
}

/** Number of the machine's cores; `null` if it is unknown. */
export function coreCount(roots: Roots): number | null {
  return parseProcStat(readText(`${roots.proc}/stat`) ?? '').cores.size || null;
}

let knownBootTime: string | null = null;

/** Computed once: a fact that varies would be sent to the server again and again. */
function bootTime(wallMs: number, uptimeSeconds: number): string {
  const ms = wallMs - uptimeSeconds * 1000;
  knownBootTime ??= new Date(Math.round(ms / BOOT_GRAIN_MS) * BOOT_GRAIN_MS).toISOString();
  return knownBootTime;
}

/** Addresses that other machines can reach: neither loopback nor link-local, sorted. */
export function addresses(
  interfaces: ReturnType<typeof networkInterfaces> | InterfaceAddresses,
): string[] {
  const found = new Set<string>();
  for (const [name, list] of Object.entries(interfaces)) {
    if (/^(veth|docker|br-|virbr|cali)/.test(name)) continue;
    for (const { address, internal } of list ?? []) {
      if (!internal && !/^(fe80:|169\.254\.)/i.test(address)) found.add(address);
    }
  }
  return [...found].sort().slice(0, 32);
}

function present(facts: HostFacts): HostFacts {
  return Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== null && value !== undefined),
  );
}
