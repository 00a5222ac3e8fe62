/** Facts about a Linux host, read from files. */
import { existsSync } from 'node:fs';
import type { HostFacts } from '../../../src/contracts/index.js';
import { parseMeminfo } from '../sampling/collectors/linux/memory.js';
import { type Roots, readMachineText, readText } from '../shared/roots.js';

/** Reads the files of the kernel and the distribution. */
export function linuxFacts(roots: Roots): HostFacts {
  const cpuinfo = readText(`${roots.proc}/cpuinfo`) ?? '';
  const memory = parseMeminfo(readText(`${roots.proc}/meminfo`) ?? '');
  const bootSeconds = /^btime (\d+)$/m.exec(readText(`${roots.proc}/stat`) ?? '')?.[1];
  return {
    distribution: distributionName(readMachineText(roots, 'etc/os-release') ?? ''),
    kernel: readText(`${roots.proc}/sys/kernel/osrelease`),
    cpu_model: cpuModel(cpuinfo),
    memory_bytes: memory ? memory.total * 1024 : null,
    swap_bytes: memory?.swapTotal ? memory.swapTotal * 1024 : null,
    virtualization: virtualization(roots, cpuinfo),
    boot_time: bootSeconds ? new Date(Number(bootSeconds) * 1000).toISOString() : null,
  };
}

/** `PRETTY_NAME` of os-release(5). */
export function distributionName(osRelease: string): string | null {
  const match = /^PRETTY_NAME=(?:"([^"]*)"|'([^']*)'|(.*))$/m.exec(osRelease);
  return (match?.[1] ?? match?.[2] ?? match?.[3] ?? '').trim() || null;
}

/** Name of the processor: `model name` on x86, `Model` or `Hardware` on ARM boards, `uarch` on RISC-V. */
export function cpuModel(cpuinfo: string): string | null {
  for (const key of ['model name', 'Processor', 'cpu model', 'cpu', 'uarch', 'Hardware', 'Model']) {
    const match = new RegExp(`^${key}\\s*:\\s*(.+)$`, 'm').exec(cpuinfo);
    if (match?.[1]) return match[1].replace(/\s+/g, ' ').trim();
  }
  return null;
}

/** Vendor names in the firmware of known hypervisors and clouds. */
const VENDORS: readonly [pattern: RegExp, name: string][] = [
  [/QEMU|KVM|Bochs/i, 'kvm'],
  [/VMware/i, 'vmware'],
  [/innotek|VirtualBox/i, 'virtualbox'],
  [/Xen/i, 'xen'],
  [/Microsoft Corporation.*Virtual|Hyper-V/i, 'hyper-v'],
  [/Amazon EC2/i, 'amazon'],
  [/Google/i, 'google'],
  [/Parallels/i, 'parallels'],
  [/DigitalOcean|OpenStack|Hetzner|Vultr|Alibaba/i, 'kvm'],
  [/Apple Virtualization/i, 'apple'],
];

/** The container or hypervisor that the host runs in; `null` for bare metal. */
export function virtualization(roots: Roots, cpuinfo: string): string | null {
  const container = readText(`${roots.proc}/1/environ`)?.match(/(?:^|\0)container=([^\0]+)/)?.[1];
  if (container) return container;
  if (existsSync(`${roots.proc}/../.dockerenv`)) return 'docker';
  const dmi = `${roots.sys}/class/dmi/id`;
  const firmware = ['sys_vendor', 'product_name', 'bios_vendor', 'board_vendor']
    .map((name) => readText(`${dmi}/${name}`) ?? '')
    .join(' ');
  for (const [pattern, name] of VENDORS) if (pattern.test(firmware)) return name;
  const hypervisor = readText(`${roots.sys}/hypervisor/type`);
  if (hypervisor) return hypervisor;
  if (/microsoft/i.test(readText(`${roots.proc}/sys/kernel/osrelease`) ?? '')) return 'wsl';
  return /^flags\s*:.*\bhypervisor\b/m.test(cpuinfo) ? 'vm' : null;
}
