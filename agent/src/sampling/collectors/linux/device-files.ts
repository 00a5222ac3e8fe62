/** Reads attributes of devices in /sys without blocking anything else. */
import { closeSync, open, read } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Unavailable, unavailableFile } from '../../../shared/errors.js';
import { numberIn } from '../../../shared/roots.js';
import type { DeviceReads } from '../device-reads.js';

/** Numbers are short, and an attribute is returned by one read. */
const LARGEST_BYTES = 64;

/** A number; `problem` is the reason if there is none although the device exists. */
export interface SensorValue {
  value: number | null;
  problem: string | null;
}

/** The value of an attribute that does not exist. */
export const NO_VALUE: SensorValue = { value: null, problem: null };

interface OpenFile {
  path: string;
  descriptor: number;
}

/**
 * Numbers of one device. The files stay open and are read one after another. Callbacks cost half of
 * what promises do here.
 */
export class DeviceFiles {
  private readonly files: OpenFile[];
  private readonly buffer = Buffer.alloc(LARGEST_BYTES);
  private rounds = 0;
  /** What the current round has read so far. */
  private values: SensorValue[] = [];
  private reading = false;
  private closed = false;

  /** `device` names what may hang as a whole. */
  constructor(
    private readonly device: string,
    paths: readonly string[],
    private readonly reads: DeviceReads,
  ) {
    this.files = paths.map((path) => ({ path, descriptor: -1 }));
  }

  /** The numbers in the order of the files. A file that does not answer in time has none. */
  async read(): Promise<readonly SensorValue[]> {
    const [first] = this.files;
    if (!first) return [];
    const before = this.rounds;
    try {
      return await this.reads.read({
        device: this.device,
        path: first.path,
        read: () => this.readAll(),
        currentPath: () => this.files[this.values.length]?.path ?? first.path,
      });
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      const problem = error.message;
      const inTime = this.rounds > before ? this.values : [];
      return this.files.map((_, index) => inTime[index] ?? { value: null, problem });
    }
  }

  /** Waits for a read that is in progress. */
  close(): void {
    this.closed = true;
    if (!this.reading) for (const file of this.files) closeFile(file);
  }

  private readAll(): Promise<SensorValue[]> {
    this.rounds += 1;
    const values: SensorValue[] = [];
    this.values = values;
    this.reading = true;
    return new Promise((resolve) => {
      const next = () => {
        const file = this.files[values.length];
        if (file && !this.closed) {
          this.readOne(file, (answer) => {
            values.push(answer);
            next();
          });
          return;
        }
        this.reading = false;
        if (this.closed) this.close();
        resolve(values);
      };
      next();
    });
  }

  private readOne(file: OpenFile, done: (values: SensorValue) => void, isRetry = false): void {
    if (file.descriptor < 0) {
      open(file.path, 'r', (error, descriptor) => {
        if (error) {
          done(failed(file.path, error));
          return;
        }
        file.descriptor = descriptor;
        this.readOne(file, done, true);
      });
      return;
    }
    read(file.descriptor, this.buffer, 0, LARGEST_BYTES, 0, (error, length) => {
      if (!error) {
        done({ value: numberIn(this.buffer.toString('latin1', 0, length)), problem: null });
        return;
      }
      closeFile(file);
      // A device that was unplugged and plugged in again has a new file of the same name.
      if (isRetry) done(failed(file.path, error));
      else this.readOne(file, done);
    });
  }
}

function closeFile(file: OpenFile): void {
  if (file.descriptor >= 0) closeSync(file.descriptor);
  file.descriptor = -1;
}

function failed(path: string, error: unknown): SensorValue {
  const { kind, message } = unavailableFile(path, error);
  return { value: null, problem: kind === 'failed' ? message : null };
}

/** The trimmed text of an attribute that is rarely read; `null` if it cannot be read in time. */
export async function readDeviceText(
  reads: DeviceReads,
  device: string,
  path: string,
): Promise<string | null> {
  try {
    const text = await reads.read({ device, path, read: () => readFile(path, 'utf8') });
    return text.trim();
  } catch {
    return null;
  }
}
