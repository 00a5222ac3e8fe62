/**
 * Samples of an ordinary server: 16 cores, 3 filesystems, 3 disks, 3 interfaces, 8 sensors and a fan, 68
 * numbers in all. Loads wander and flicker, with two decimals as agents send them.
 */

/** Numbers a sample. */
export const VALUES_PER_SAMPLE = 68;

/** A source of samples of one machine; equal seeds give equal samples. */
export function ordinaryServer(seed) {
  const random = mulberry32(seed);
  const noise = () => random() + random() + random() - 1.5;
  const walks = new Map();
  /** Wanders by `step` about its start and flickers by `flicker`, within `[low, high]`. */
  const walk = (name, { start, step, flicker, low = 0, high = 100, decimals = 2 }) => {
    const level = Math.min(high, Math.max(low, (walks.get(name) ?? start) + noise() * step));
    walks.set(name, level);
    const value = Math.min(high, Math.max(low, level + noise() * flicker));
    return Math.round(value * 10 ** decimals) / 10 ** decimals;
  };
  const share = (name, start, step, flicker) => walk(name, { start, step, flicker });
  const rate = (name, start) =>
    walk(name, { start, step: start / 50, flicker: start / 4, high: 1e9, decimals: 0 });
  const list = (count, prefix, of) =>
    Array.from({ length: count }, (_, index) => {
      const name = `${prefix}${index}`;
      return { name, ...of(name, index) };
    });
  let uptime = 400_000;
  return (stepMs) => {
    uptime += stepMs / 1_000;
    return {
      values: {
        cpu: share('cpu', 22, 0.3, 1.2),
        ram: share('ram', 61, 0.02, 0.02),
        disk: share('disk', 47, 0.001, 0),
        network_in: rate('network_in', 900_000),
        network_out: rate('network_out', 250_000),
        swap: share('swap', 4, 0.001, 0),
        cpu_iowait: share('cpu_iowait', 0.6, 0.02, 0.4),
        cpu_steal: 0,
        load1: share('load1', 3, 0.05, 0.02),
        load5: share('load5', 3, 0.01, 0),
        load15: share('load15', 3, 0.004, 0),
        disk_read: rate('disk_read', 90_000),
        disk_write: rate('disk_write', 400_000),
        temperature: walk('temperature', { start: 52, step: 0.1, flicker: 0.4, decimals: 1 }),
        processes: walk('processes', { start: 310, step: 0.4, flicker: 1, high: 999, decimals: 0 }),
        uptime,
      },
      devices: {
        cores: list(16, '', (name) => ({ usage: share(`core${name}`, 20, 0.5, 4) })),
        filesystems: list(3, '/mnt/', (name, index) => ({
          usage: share(`fs${name}`, 30 + 20 * index, 0.001, 0),
          used_bytes: walk(`used${name}`, {
            start: 4e11,
            step: index === 0 ? 60_000 : 0,
            flicker: 0,
            high: 4e12,
            decimals: 0,
          }),
          total_bytes: 4e12,
          inodes_usage: share(`inodes${name}`, 7, 0.0005, 0),
        })),
        disks: list(3, 'sd', (name) => ({
          read: rate(`read${name}`, 30_000),
          write: rate(`write${name}`, 130_000),
          usage: share(`busy${name}`, 5, 0.1, 1.5),
        })),
        interfaces: list(3, 'eth', (name, index) => ({
          network_in: index === 2 ? 0 : rate(`in${name}`, 450_000),
          network_out: index === 2 ? 0 : rate(`out${name}`, 125_000),
        })),
        sensors: list(8, 'temp', (name, index) => ({
          temperature: walk(name, { start: 40 + index, step: 0.05, flicker: 0.2, decimals: 1 }),
        })),
        fans: list(1, 'fan', (name) => ({
          speed: walk(name, { start: 900, step: 2, flicker: 8, high: 3_000, decimals: 0 }),
        })),
      },
    };
  };
}

/** Public domain generator by Tommy Ettinger: good enough, and the same everywhere. */
function mulberry32(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
