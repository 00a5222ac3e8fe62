/** Bytes received and sent by every interface, from /proc/net/dev (proc_pid_net(5)). */
import { existsSync } from 'node:fs';
import { linkName, type Roots, readText } from '../../../shared/roots.js';
import type { Collector, Reading } from '../collector.js';
import { interfaceReading } from '../device-readings.js';
import { RateTracker } from '../rates.js';
import { ProcFile } from './proc-file.js';

/** The stacking of interfaces can change without new names: it is read again this often. */
const RESCAN_MS = 60_000;

/** Bytes since the interface was created. */
export interface InterfaceCounters {
  network_in: number;
  network_out: number;
}

/** Names of software interfaces, for containers, where no interface has a device. */
const SOFTWARE =
  /^(lo|docker|br-|virbr|veth|cali|cni|flannel|lxc|lxdbr|tun|tap|wg|ifb|dummy|bond|team|vlan|kube|vmnet|vboxnet|zt|tailscale|sit|gre|erspan|vxlan|geneve|vti|ip6|teql|nlmon|podman)/;

/** The host's ends of virtual Ethernet pairs: they come and go under random names. */
const CONTAINER_END = /^(veth|cali|lxc[0-9a-f]{6})/;

/** Parses all interfaces; incomplete lines are skipped. */
export function parseNetDev(text: string): Map<string, InterfaceCounters> {
  const interfaces = new Map<string, InterfaceCounters>();
  for (const line of text.split('\n')) {
    const colon = line.lastIndexOf(':');
    if (colon < 0) continue;
    const name = Buffer.from(line.slice(0, colon).trim(), 'latin1').toString('utf8');
    const fields = line
      .slice(colon + 1)
      .split(' ')
      .filter(Boolean);
    if (name === '' || fields.length < 9) continue;
    const network_in = Number(fields[0]);
    const network_out = Number(fields[8]);
    if (Number.isFinite(network_in + network_out)) {
      interfaces.set(name, { network_in, network_out });
    }
  }
  return interfaces;
}

/**
 * Totals include physical interfaces only: bridges, bonds and tunnels carry the same bytes again.
 */
export class LinuxNetwork implements Collector {
  readonly name = 'network';
  readonly provides = ['network_in', 'network_out'] as const;
  private readonly file: ProcFile;
  private tracker = new RateTracker<'network_in' | 'network_out'>();
  private physical = new Map<string, boolean>();
  private scannedMs: number | null = null;

  constructor(private readonly roots: Roots) {
    this.file = new ProcFile(`${roots.net}/dev`);
  }

  collect(nowMs: number): Reading {
    const all = parseNetDev(this.file.read());
    if (this.scannedMs === null || nowMs - this.scannedMs >= RESCAN_MS) {
      this.scannedMs = nowMs;
      this.physical.clear();
    }
    const known = new Map<string, boolean>();
    for (const name of all.keys()) {
      known.set(name, this.physical.get(name) ?? this.isPhysical(name));
    }
    this.physical = known;
    const names = totalled(known);

    const isUsed = (name: string) => {
      const { network_in, network_out } = all.get(name) ?? { network_in: 0, network_out: 0 };
      return network_in + network_out > 0;
    };
    return interfaceReading(
      this.tracker.update(all, nowMs),
      (name) => names.has(name),
      (name) => names.has(name) || (name !== 'lo' && !CONTAINER_END.test(name) && isUsed(name)),
    );
  }

  resume({ tracker }: LinuxNetwork): void {
    this.tracker = tracker;
  }

  close(): void {
    this.file.close();
  }

  /**
   * An interface whose bytes no other interface counts as well. The ports of a switch chip are
   * stacked on its uplink, and a virtual function used by a cloud's adapter (Hyper-V, failover) has
   * that adapter as its master.
   */
  private isPhysical(name: string): boolean {
    if (!this.hasDevice(name)) return false;
    const path = `${this.roots.sys}/class/net/${name}`;
    if (readText(`${path}/iflink`) !== readText(`${path}/ifindex`)) return false;
    const master = linkName(`${path}/master`);
    return master === null || !this.hasDevice(master);
  }

  private hasDevice(name: string): boolean {
    return existsSync(`${this.roots.sys}/class/net/${name}/device`);
  }
}

/** The interfaces that make up the machine's total: physical ones or, in a container, its own. */
function totalled(physical: ReadonlyMap<string, boolean>): Set<string> {
  const real = [...physical].filter(([, is]) => is).map(([name]) => name);
  if (real.length > 0) return new Set(real);
  return new Set([...physical.keys()].filter((name) => !SOFTWARE.test(name)));
}
