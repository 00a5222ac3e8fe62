/** Converts rates of disks and interfaces to readings, the same way on every system. */
import type { Reading } from './collector.js';
import { type Rate, sumRates } from './rates.js';

/**
 * Readings of disks and their totals. `usageOf` returns how busy a disk was in percent, if that is
 * known.
 */
export function diskReading(
  rates: ReadonlyMap<string, { read: Rate; write: Rate }>,
  usageOf: (name: string) => number | null,
): Reading {
  const nothing = 'no physical disk on this machine';
  const read = sumRates(
    [...rates.values()].map((rate) => rate.read),
    nothing,
  );
  const write = sumRates(
    [...rates.values()].map((rate) => rate.write),
    nothing,
  );
  return {
    metrics: { disk_read: read.value, disk_write: write.value },
    missing: {
      ...(read.value === null ? { disk_read: read.reason } : {}),
      ...(write.value === null ? { disk_write: write.reason } : {}),
    },
    devices: {
      disks: [...rates].map(([name, rate]) => ({
        name,
        read: rate.read.value,
        write: rate.write.value,
        usage: usageOf(name),
      })),
    },
  };
}

/** Readings of interfaces; the totals include those for which `isTotalled` is true. */
export function interfaceReading(
  rates: ReadonlyMap<string, { network_in: Rate; network_out: Rate }>,
  isTotalled: (name: string) => boolean,
  isListed: (name: string) => boolean = () => true,
): Reading {
  const counted = [...rates].filter(([name]) => isTotalled(name)).map(([, rate]) => rate);
  const nothing = 'no physical network interface on this machine';
  const received = sumRates(
    counted.map((rate) => rate.network_in),
    nothing,
  );
  const sent = sumRates(
    counted.map((rate) => rate.network_out),
    nothing,
  );
  return {
    metrics: { network_in: received.value, network_out: sent.value },
    missing: {
      ...(received.value === null ? { network_in: received.reason } : {}),
      ...(sent.value === null ? { network_out: sent.reason } : {}),
    },
    devices: {
      interfaces: [...rates]
        .filter(([name]) => isListed(name))
        .map(([name, rate]) => ({
          name,
          network_in: rate.network_in.value,
          network_out: rate.network_out.value,
        })),
    },
  };
}
