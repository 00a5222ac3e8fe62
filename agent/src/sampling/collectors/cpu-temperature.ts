/** Chooses the sensor that stands for the temperature of the machine. */
import type { DeviceSample } from '../../../../src/contracts/index.js';

/**
 * Sensors of the CPU, the best first: names as in Linux drivers and device trees
 * (arch/arm64/boot/dts in Linux: Allwinner cpu0-thermal, Rockchip package-thermal and
 * bigcore0-thermal, Qualcomm cpu-0-0-thermal and cpuss0-thermal, Exynos atlas0-thermal, NVIDIA
 * CPU-therm, MediaTek mtktscpu). Tctl controls fans and is up to 27 degrees above Tdie (Linux,
 * k10temp).
 */
const CPU_SENSORS = [
  /^coretemp.* (Package id|Physical id)/,
  /^(k10temp|zenpower).* Tdie/,
  /^(k10temp|zenpower).* Tctl/,
  /^(x86_pkg_temp|[bm]?cpu|mtktscpu)/i,
  /^((package|(big|little)[-_]?core\d*|cluster\d*|atlas\d*|apollo\d*)[-_]?therm)/i,
  /^(soc|tj)[-_]?(\d+[-_]?)?therm/i,
  /^(coretemp|k10temp|zenpower|k8temp|via_cputemp)/,
  /^(acpitz|thermal)/i,
];

/** Sensors of other parts, which never stand for the CPU or the machine. */
const OTHER_PARTS =
  /gpu|radeon|nouveau|i915|^xe |nvme|drivetemp|ddr|dram|mem|spd5118|jc42|modem|mdm|wifi|wlan|wcss|ath\d|mt7|bat|charger|pmic|camera|video|venus|[vn]pu|nsp|phy|sfp|eth|r8169|pch/i;

/** The machine's temperature, or the reason why there is none. */
export interface MachineTemperature {
  temperature: number | null;
  reason: string | null;
}

/**
 * Degrees Celsius of the CPU's hottest sensor, or else of the machine's hottest one. `problems`
 * names sensors that exist but could not be read: no other sensor is used in place of a CPU's.
 */
export function cpuTemperature(
  sensors: readonly DeviceSample<'sensor'>[],
  problems: ReadonlyMap<string, string> = new Map(),
): MachineTemperature {
  const candidates = sensors.filter(({ name }) => !OTHER_PARTS.test(name));
  for (const pattern of [...CPU_SENSORS, /./]) {
    const alike = candidates.filter(({ name }) => pattern.test(name));
    const told = alike.flatMap(({ temperature }) =>
      temperature != null && temperature >= -100 && temperature <= 250 ? [temperature] : [],
    );
    if (told.length > 0) return { temperature: Math.max(...told), reason: null };
    for (const { name } of alike) {
      const reason = problems.get(name);
      if (reason !== undefined) return { temperature: null, reason };
    }
  }
  return { temperature: null, reason: whyUnknown(sensors) };
}

function whyUnknown(sensors: readonly DeviceSample<'sensor'>[]): string {
  if (sensors.length === 0) return 'no temperature sensor on this machine';
  return sensors.every(({ temperature }) => temperature === null)
    ? 'no sensor answered'
    : 'no sensor is known to be that of the CPU';
}
