/** A small fleet that does not exist, for `npm run demo` and screenshots: plausible values over time. */

/** @type {{name: string, os: string, distribution: string, tags: string[], cpu: number, ram: number, disk: number, net: number, gpu?: number, heat?: number, silent?: boolean}[]} */
export const DEMO_MACHINES = [
  machine('web-1', 'Debian GNU/Linux 12', ['web', 'prod'], {
    cpu: 34,
    ram: 48,
    disk: 41,
    net: 8e6,
  }),
  machine('web-2', 'Debian GNU/Linux 12', ['web', 'prod'], {
    cpu: 38,
    ram: 51,
    disk: 43,
    net: 9e6,
  }),
  machine('db-primary', 'Ubuntu 24.04 LTS', ['db', 'prod'], {
    cpu: 57,
    ram: 78,
    disk: 66,
    net: 24e6,
  }),
  machine('db-replica', 'Ubuntu 24.04 LTS', ['db', 'prod'], {
    cpu: 22,
    ram: 71,
    disk: 66,
    net: 6e6,
  }),
  machine('queue', 'Alpine Linux 3.20', ['prod'], { cpu: 95, ram: 63, disk: 28, net: 3e6 }),
  machine('build-1', 'Ubuntu 24.04 LTS', ['ci'], {
    cpu: 71,
    ram: 58,
    disk: 83,
    net: 1e6,
    heat: 31,
  }),
  machine('gpu-worker', 'Ubuntu 24.04 LTS', ['ml'], {
    cpu: 45,
    ram: 62,
    disk: 54,
    net: 4e6,
    gpu: 82,
  }),
  machine('nas', 'TrueNAS 24', ['storage'], { cpu: 6, ram: 83, disk: 94, net: 5e5 }),
  machine('mail', 'Debian GNU/Linux 12', [], { cpu: 9, ram: 37, disk: 35, net: 9e4 }),
  machine('office-desktop', 'Windows 11 Pro', ['office'], { cpu: 13, ram: 46, disk: 58, net: 2e5 }),
  machine('mac-mini', 'macOS 15.2', ['office'], { cpu: 8, ram: 55, disk: 47, net: 7e4 }),
  machine('garage-pi', 'Raspberry Pi OS 12', ['home'], {
    cpu: 11,
    ram: 40,
    disk: 52,
    net: 4e3,
    silent: true,
  }),
];

function machine(name, distribution, tags, values) {
  const os = /Windows|macOS/.exec(distribution)?.[0].toLowerCase() ?? 'linux';
  return { name, os, distribution, tags, ...values };
}

/** Facts of a demo machine's host. */
export function demoHost({ name, distribution, gpu }) {
  return {
    hostname: name,
    distribution,
    kernel: '6.8.0',
    architecture: 'x64',
    cpu_model: 'AMD EPYC 7443P',
    cpu_cores: 8,
    memory_bytes: 32 * 2 ** 30,
    swap_bytes: 4 * 2 ** 30,
    virtualization: 'kvm',
    addresses: ['10.0.0.10'],
    gpus: gpu ? ['NVIDIA L4'] : [],
  };
}

/** Waves of several lengths between -1 and 1; `seed` sets machines and metrics apart. */
function waves(seconds, seed) {
  return (
    Math.sin(seconds / 190 + seed) * 0.5 +
    Math.sin(seconds / 47 + seed * 3) * 0.3 +
    Math.sin(seconds / 9 + seed * 7) * 0.2
  );
}

function round(value, digits = 1) {
  return Number(value.toFixed(digits));
}

function percent(value) {
  return round(Math.min(99.4, Math.max(0.3, value)));
}

/** The sample of a demo machine at `time` (epoch milliseconds). */
export function demoSample(machine, machineId, time) {
  const seconds = time / 1000;
  const seed = DEMO_MACHINES.indexOf(machine) * 1.7;
  const cpu = percent(machine.cpu + waves(seconds, seed) * (3 + machine.cpu / 5));
  const ram = percent(machine.ram + waves(seconds / 6, seed + 1) * 2.4);
  const rate = (share, metric) =>
    Math.round(machine.net * share * (1.15 + waves(seconds, seed + metric)));
  const size = 512 * 2 ** 30;
  const temperature = round(41 + (machine.heat ?? 0) + cpu / 5 + waves(seconds, seed + 5));
  return {
    machine_id: machineId,
    timestamp: time,
    cpu,
    ram,
    disk: machine.disk,
    network_in: rate(1, 2),
    network_out: rate(0.45, 3),
    swap: percent(3 + waves(seconds / 9, seed)),
    cpu_iowait: percent(1.6 + waves(seconds, seed + 4)),
    load1: round(cpu / 11, 2),
    load5: round((machine.cpu + waves(seconds / 4, seed) * 6) / 11, 2),
    load15: round(machine.cpu / 11, 2),
    disk_read: Math.max(0, rate(0.3, 6)),
    disk_write: rate(0.6, 7),
    temperature,
    processes: 180 + Math.round(cpu),
    uptime: Math.round(seconds % 4e6),
    gpu: machine.gpu ? percent(machine.gpu + waves(seconds, seed) * 14) : null,
    gpu_memory: machine.gpu ? 71.5 : null,
    devices: {
      filesystems: [
        {
          name: '/',
          usage: machine.disk,
          used_bytes: size * (machine.disk / 100),
          total_bytes: size,
        },
        { name: '/boot', usage: 22, used_bytes: 220e6, total_bytes: 1e9 },
      ],
      cores: Array.from({ length: 8 }, (_, core) => ({
        name: String(core),
        usage: percent(cpu + waves(seconds, seed + core) * 18),
      })),
      interfaces: [{ name: 'eth0', network_in: rate(1, 2), network_out: rate(0.45, 3) }],
      sensors: [{ name: 'Package', temperature }],
    },
  };
}
