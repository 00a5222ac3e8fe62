/** How the metrics of machines are called in Prometheus, and how they become base units. */
import type { MetricName } from '../contracts/index.js';

/** One gauge of machines. */
export interface MachineGauge {
  /** Full name of the gauge, in base units. */
  name: string;
  help: string;
  /** What a value of the catalogue is divided by: percents become ratios. */
  divisor: number;
}

const PREFIX = 'procspy_machine_';

function ratio(name: string, help: string): MachineGauge {
  return { name: `${PREFIX}${name}_ratio`, help: `${help}, 0 to 1.`, divisor: 100 };
}

function plain(name: string, help: string): MachineGauge {
  return { name: `${PREFIX}${name}`, help: `${help}.`, divisor: 1 };
}

/** The gauge of every metric of the catalogue. */
export const MACHINE_GAUGES: Record<MetricName, MachineGauge> = {
  cpu: ratio('cpu_usage', 'Share of the CPU in use'),
  ram: ratio('memory_usage', 'Share of the memory in use'),
  disk: ratio('disk_usage', 'Share of the disk space in use'),
  network_in: plain('network_receive_bytes_per_second', 'Bytes received in a second'),
  network_out: plain('network_transmit_bytes_per_second', 'Bytes sent in a second'),
  gpu: ratio('gpu_usage', 'Share of the GPU in use'),
  gpu_memory: ratio('gpu_memory_usage', "Share of the GPU's memory in use"),
  swap: ratio('swap_usage', 'Share of the swap space in use'),
  cpu_iowait: ratio('cpu_iowait', 'Share of the CPU time spent waiting for I/O'),
  cpu_steal: ratio('cpu_steal', 'Share of the CPU time taken by the hypervisor'),
  load1: plain('load1', 'Load average over 1 minute'),
  load5: plain('load5', 'Load average over 5 minutes'),
  load15: plain('load15', 'Load average over 15 minutes'),
  disk_read: plain('disk_read_bytes_per_second', 'Bytes read from disks in a second'),
  disk_write: plain('disk_write_bytes_per_second', 'Bytes written to disks in a second'),
  temperature: plain('temperature_celsius', 'Temperature'),
  processes: plain('processes', 'Processes'),
  uptime: plain('uptime_seconds', 'Time since the machine started'),
};
