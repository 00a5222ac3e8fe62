import { DeviceReads } from '../sampling/collectors/device-reads.js';

/** Reads of devices that answer, however busy the machine is that runs the tests. */
export function patientReads(): DeviceReads {
  return new DeviceReads({ deadlineMs: 60_000 });
}
