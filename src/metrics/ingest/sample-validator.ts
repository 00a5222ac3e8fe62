/** Tells a valid sample from a faulty one, and says which field is at fault. */
import { Ajv, type ErrorObject } from 'ajv';
import { parseTime } from '../../common/times.js';
import { PUSH_LIMITS, type PushedSample } from '../../contracts/index.js';
import { sampleSchema } from './sample-schema.js';

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, keywords: ['example'] });
const validate = ajv.compile<PushedSample>(sampleSchema);

/** More faults than this in one sample are not listed. */
const MAX_MESSAGES = 20;

/** The messages of all faults of `body` as a sample, empty if it is one. */
export function sampleFaults(body: unknown): string[] {
  return validate(body) ? [] : (validate.errors ?? []).slice(0, MAX_MESSAGES).map(message);
}

/** Bounds of the timestamps that are taken, in epoch milliseconds. */
export interface TimeWindow {
  now: number;
  /** Older samples are refused: their tier is gone. */
  oldest: number;
}

/** What is wrong with a timestamp. */
export interface TimeFault {
  fault: string;
  /** Milliseconds ahead of the server's clock, for one that is too far ahead to be taken. */
  aheadMs?: number;
}

/** The time of a valid sample in epoch milliseconds, or what is wrong with it. */
export function sampleTime(timestamp: string | number, window: TimeWindow): number | TimeFault {
  const time = parseTime(timestamp);
  if (time === null) {
    return {
      fault: 'timestamp must be ISO 8601 with a zone (2026-01-31T12:00:00Z) or epoch milliseconds',
    };
  }
  if (time > window.now + PUSH_LIMITS.futureMs) {
    return {
      fault: `timestamp is more than ${PUSH_LIMITS.futureMs / 60_000} minutes in the future; check the machine's clock`,
      aheadMs: time - window.now,
    };
  }
  if (time < window.oldest) {
    return { fault: 'timestamp is before the retention window of raw samples' };
  }
  return time;
}

function message({ instancePath, keyword, params, message: text }: ErrorObject): string {
  const path = instancePath
    .slice(1)
    .replaceAll(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.');
  switch (keyword) {
    case 'required':
      return `${child(path, params.missingProperty)} is required`;
    case 'additionalProperties':
      return `${child(path, params.additionalProperty)} is not a known field`;
    case 'minimum':
      return `${path} must be at least ${params.limit}`;
    case 'maximum':
      return `${path} must be at most ${params.limit}`;
    case 'type':
      return `${path || 'the sample'} must be ${[params.type].flat().join(' or ').replaceAll(',', ' or ')}`;
    case 'pattern':
      return path === 'machine_id'
        ? 'machine_id must be a uuid'
        : `${path} must not have control characters`;
    default:
      return `${path || 'the sample'} ${text}`;
  }
}

function child(path: string, name: string): string {
  return path ? `${path}.${name}` : name;
}
