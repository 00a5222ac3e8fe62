/** Which of a machine's sensors tells how warm the machine is. */
import type { DeviceSample } from '../../../src/contracts/index.js';

/** Sensors of the CPU, the most telling first: names as Linux drivers give them. */
const CPU_SENSORS = [
  /^coretemp.* (Package id|Physical id)/,
  /^(k10temp|zenpower).* T(ctl|die)/,
  /^(x86_pkg_temp|cpu[-_]?thermal|soc[-_]?thermal|cpu)\b/i,
  /^(coretemp|k10temp|zenpower|k8temp|via_cputemp)/,
  /^(acpitz|thermal)/i,
];

/** Degrees Celsius of the CPU's warmest sensor, else of the warmest of all; `null` if none answers. */
export function cpuTemperature(sensors: readonly DeviceSample<'sensor'>[]): number | null {
  for (const pattern of [...CPU_SENSORS, /./]) {
    let warmest: number | null = null;
    for (const { name, temperature } of sensors) {
      if (temperature === null || temperature === undefined || !pattern.test(name)) continue;
      if (temperature < -100 || temperature > 250) continue;
      warmest = warmest === null ? temperature : Math.max(warmest, temperature);
    }
    if (warmest !== null) return warmest;
  }
  return null;
}
