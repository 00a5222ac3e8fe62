/**
 * Facts that only systeminformation finds, on systems without files to read. It starts many programs
 * and stays in memory, so it runs in a short-lived process of its own: `procspy-agent internal-host-facts`.
 */
import type { HostFacts } from '../../../src/contracts/index.js';

const text = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 200) : null;

/** Reads the facts, which may take some seconds. */
export async function readSystemInformation(): Promise<HostFacts> {
  const { default: si } = await import('systeminformation');
  const [os, cpu, system, graphics, memory] = await Promise.all([
    si.osInfo(),
    si.cpu(),
    si.system(),
    si.graphics(),
    si.mem(),
  ]);
  const gpus = graphics.controllers
    .map(({ model }) => text(model))
    .filter((model) => model !== null);
  return {
    distribution: text([os.distro, os.release].filter(Boolean).join(' ')),
    kernel: text(os.kernel),
    cpu_model: text([cpu.manufacturer, cpu.brand].filter(Boolean).join(' ')),
    swap_bytes: memory.swaptotal > 0 ? memory.swaptotal : null,
    virtualization: system.virtual ? (text(system.virtualHost) ?? 'vm') : null,
    gpus: gpus.length > 0 ? gpus.slice(0, 32) : null,
  };
}
