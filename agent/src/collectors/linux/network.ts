/** Bytes in and out of every interface, from /proc/net/dev (proc_pid_net(5)). */
import { existsSync } from 'node:fs';
import type { DeviceSample } from '../../../../src/contracts/index.js';
import type { Collector, Reading } from '../collector.js';
import { RateTracker, sumRates } from '../rates.js';
import { KeptFile } from './kept-file.js';
import type { Roots } from './roots.js';

/** Bytes since the interface came up. */
export interface InterfaceCounters {
  network_in: number;
  network_out: number;
}

/** Software interfaces by name, for containers, where no interface shows a device. */
const SOFTWARE =
  /^(lo|docker|br-|virbr|veth|cali|cni|flannel|lxc|lxdbr|tun|tap|wg|ifb|dummy|bond|team|vlan|kube|vmnet|vboxnet|zt|tailscale|sit|gre|ip6|teql|nlmon|podman)/;

/** The host's ends of containers' cables: they come and go under random names. */
const CONTAINER_END = /^(veth|cali|lxc[0-9a-f]{6})/;

/** Reads all interfaces; lines that are torn are left out. */
export function parseNetDev(text: string): Map<string, InterfaceCounters> {
  const interfaces = new Map<string, InterfaceCounters>();
  for (const line of text.split('\n')) {
    const colon = line.lastIndexOf(':');
    if (colon < 0) continue;
    const name = line.slice(0, colon).trim();
    const fields = line.slice(colon + 1).split(' ').filter(Boolean);
    if (name === '' || fields.length < 9) continue;
    const network_in = Number(fields[0]);
    const network_out = Number(fields[8]);
    if (Number.isFinite(network_in + network_out)) {
      interfaces.set(name, { network_in, network_out });
    }
  }
  return interfaces;
}

/** Totals count physical interfaces only: bridges, bonds and tunnels carry the same bytes again. */
export class LinuxNetwork implements Collector {
  readonly name = 'network';
  readonly provides = ['network_in', 'network_out'] as const;
  private readonly file: KeptFile;
  private readonly tracker = new RateTracker<'network_in' | 'network_out'>();
  private physical = new Map<string, boolean>();

  constructor(private readonly roots: Roots) {
    // /proc/net follows the thread that opens it; /proc/1 would be another container's.
    this.file = new KeptFile(`${roots.proc}/net/dev`);
  }

  collect(nowMs: number): Reading {
    const all = parseNetDev(this.file.read());
    const known = new Map<string, boolean>();
    for (const name of all.keys()) {
      known.set(name, this.physical.get(name) ?? existsSync(this.devicePath(name)));
    }
    this.physical = known;
    const names = totalled(known);

    const rates = this.tracker.update(all, nowMs);
    const list: DeviceSample<'interface'>[] = [];
    for (const [name, rate] of rates) {
      const counters = all.get(name);
      const used = counters !== undefined && counters.network_in + counters.network_out > 0;
      if (name === 'lo' || CONTAINER_END.test(name) || !(used || names.has(name))) continue;
      list.push({ name, network_in: rate.network_in.value, network_out: rate.network_out.value });
    }

    const counted = [...rates].filter(([name]) => names.has(name)).map(([, rate]) => rate);
    const nothing = 'no physical network interface on this machine';
    const received = sumRates(counted.map((rate) => rate.network_in), nothing);
    const sent = sumRates(counted.map((rate) => rate.network_out), nothing);
    const reading: Reading = {
      metrics: { network_in: received.value, network_out: sent.value },
      devices: { interfaces: list },
    };
    if (received.value === null || sent.value === null) {
      reading.missing = {};
      if (received.value === null) reading.missing.network_in = received.reason;
      if (sent.value === null) reading.missing.network_out = sent.reason;
    }
    return reading;
  }

  close(): void {
    this.file.close();
  }

  private devicePath(name: string): string {
    return `${this.roots.sys}/class/net/${name}/device`;
  }
}

/** The interfaces whose bytes are the machine's: physical ones, or in a container its own. */
function totalled(physical: ReadonlyMap<string, boolean>): Set<string> {
  const real = [...physical].filter(([, is]) => is).map(([name]) => name);
  if (real.length > 0) return new Set(real);
  return new Set([...physical.keys()].filter((name) => !SOFTWARE.test(name)));
}
