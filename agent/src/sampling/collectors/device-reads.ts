/**
 * Reads from devices, any of which may be slow or never return: a sensor whose bus hangs, a disk
 * that is gone. Such a read holds a thread of Node's pool until it returns and cannot be cancelled.
 */
import { type Schedule, systemSchedule } from '../../shared/clock.js';
import { Unavailable } from '../../shared/errors.js';

/** Of the pool's four threads; the others remain for DNS lookups and everything else. */
const MAX_CONCURRENT = 2;
/** A late answer is returned to the next caller, unless it is older than this. */
const LATE_ANSWER_MS = 60_000;
/** No caller waits longer than this for a device. */
const LONGEST_DEADLINE_MS = 600;

let threads = 0;

/**
 * The number of threads that are reading a device now. The process cannot exit while there are any.
 */
export function threadsBlockedOnDevices(): number {
  return threads;
}

/** How long a reader with the interval `intervalMs` waits for a device, in milliseconds. */
export function deviceDeadlineMs(intervalMs: number): number {
  return Math.min(LONGEST_DEADLINE_MS, 0.6 * intervalMs);
}

/** A request to a device. */
export interface DeviceRequest<T> {
  /** The device, which may hang as a whole. */
  device: string;
  /** Identifies the request: it is not started again while it is pending. */
  path: string;
  /** Reads; holds at most one thread at a time. */
  read(): Promise<T>;
  /** The file being read; `path` if there is only one. */
  currentPath?(): string;
}

interface PendingRequest extends DeviceRequest<unknown> {
  /** When it started to hold a thread; `null` while it is queued. */
  sinceMs: number | null;
  /** The caller has been told that there is no answer. */
  overdue: boolean;
  resolve(answer: Answer): void;
}

type Answer = { value: unknown } | { error: unknown };

interface Device {
  name: string;
  waiting: PendingRequest[];
  current: PendingRequest | null;
  /**
   * It missed the deadline last time: callers do not wait for it until it answers in time again.
   */
  slow: boolean;
}

/** Dependencies of `DeviceReads`. */
export interface DeviceReadsParts {
  deadlineMs: number;
  /** Monotonic milliseconds. */
  now?: () => number;
  schedule?: Schedule;
}

/**
 * Reads devices with a deadline. Each device serves one request at a time. All devices together
 * hold at most two threads, and slow devices only one of them, so that a device that hangs loses
 * only its own values.
 */
export class DeviceReads {
  private readonly devices = new Map<string, Device>();
  private readonly running = new Set<Device>();
  private readonly open = new Map<string, Promise<Answer>>();
  private readonly late = new Map<string, { answer: Answer; atMs: number }>();
  private readonly deadlineMs: number;
  private readonly now: () => number;
  private readonly schedule: Schedule;

  constructor(parts: DeviceReadsParts) {
    this.deadlineMs = parts.deadlineMs;
    this.now = parts.now ?? (() => performance.now());
    this.schedule = parts.schedule ?? systemSchedule;
  }

  /**
   * Returns the answer, or a late answer to an earlier request for the same path. Rejects as `read`
   * does, and with `Unavailable` if there is no answer in time.
   */
  async read<T>(request: DeviceRequest<T>): Promise<T> {
    const { device: name, path } = request;
    const late = this.takeLate(path);
    const device = this.devices.get(name) ?? newDevice(name);
    this.devices.set(name, device);
    const open = this.open.get(path) ?? this.put(device, request);
    if (late) return unwrap<T>(late);
    if (device.slow || this.areAllThreadsBlocked()) throw this.noAnswerError(device, path);
    return unwrap<T>(await this.inTime(device, path, open));
  }

  private put(device: Device, request: DeviceRequest<unknown>): Promise<Answer> {
    const answer = new Promise<Answer>((resolve) => {
      device.waiting.push({ ...request, sinceMs: null, overdue: device.slow, resolve });
    });
    this.open.set(request.path, answer);
    this.startNext();
    return answer;
  }

  private async inTime(device: Device, path: string, open: Promise<Answer>): Promise<Answer> {
    const answer = await new Promise<Answer | null>((resolve) => {
      const cancel = this.schedule(() => resolve(null), this.deadlineMs);
      void open.then((told) => {
        cancel();
        resolve(told);
      });
    });
    if (answer) return answer;
    if (device.current) device.slow = true;
    for (const request of [device.current, ...device.waiting]) {
      if (request?.path === path) request.overdue = true;
    }
    this.startNext();
    throw this.noAnswerError(device, path);
  }

  /** Starts queued requests: devices that answer in time come before those that do not. */
  private startNext(): void {
    for (const slow of [false, true]) {
      for (const device of this.devices.values()) {
        if (this.running.size >= MAX_CONCURRENT) return;
        if (slow && this.slowest() !== null) return;
        if (device.slow === slow && device.current === null) this.begin(device);
      }
    }
  }

  private begin(device: Device): void {
    const request = device.waiting.shift();
    if (!request) return;
    const sinceMs = this.now();
    request.sinceMs = sinceMs;
    device.current = request;
    this.running.add(device);
    threads += 1;
    const end = (answer: Answer) => {
      threads -= 1;
      this.running.delete(device);
      device.current = null;
      device.slow = this.now() - sinceMs > this.deadlineMs;
      if (!device.slow && device.waiting.length === 0) this.devices.delete(device.name);
      this.open.delete(request.path);
      if (request.overdue) this.keepLate(request.path, answer);
      request.resolve(answer);
      this.startNext();
    };
    request.read().then(
      (value) => end({ value }),
      (error: unknown) => end({ error }),
    );
  }

  /** The device that has exceeded the deadline for the longest time. */
  private slowest(): Device | null {
    for (const device of this.running) if (device.slow) return device;
    return null;
  }

  /** True if all threads available to devices have been held beyond the deadline. */
  private areAllThreadsBlocked(): boolean {
    return this.running.size >= MAX_CONCURRENT && [...this.running].every(({ slow }) => slow);
  }

  private noAnswerError(device: Device, path: string): Unavailable {
    const culprit = (device.current ? device : this.slowest())?.current;
    const ms = culprit?.sinceMs == null ? 0 : this.now() - culprit.sinceMs;
    if (!culprit || ms < this.deadlineMs / 2) {
      return new Unavailable('failed', `${path} was not read in time`);
    }
    const time = ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`;
    const where = culprit.currentPath?.() ?? culprit.path;
    return new Unavailable('failed', `${where} has not answered for ${time}`);
  }

  private keepLate(path: string, answer: Answer): void {
    const atMs = this.now();
    for (const [old, kept] of this.late) {
      if (atMs - kept.atMs > LATE_ANSWER_MS) this.late.delete(old);
    }
    this.late.set(path, { answer, atMs });
  }

  private takeLate(path: string): Answer | null {
    const kept = this.late.get(path);
    this.late.delete(path);
    return kept && this.now() - kept.atMs <= LATE_ANSWER_MS ? kept.answer : null;
  }
}

function newDevice(name: string): Device {
  return { name, waiting: [], current: null, slow: false };
}

function unwrap<T>(answer: Answer): T {
  if ('error' in answer) throw answer.error;
  return answer.value as T;
}
