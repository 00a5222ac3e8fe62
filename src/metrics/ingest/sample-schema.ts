/** JSON schema of a pushed sample, made from the catalogue: validates pushes and documents them. */
import {
  DEVICE_CATALOG,
  DEVICE_METRIC_CATALOG,
  METRIC_CATALOG,
  type MetricDefinition,
  PUSH_LIMITS,
  SAMPLE_TEXT_PATTERN,
} from '../../contracts/index.js';

/** A JSON schema, as much of it as we write. */
export interface JsonSchema {
  [keyword: string]: unknown;
}

const metricDefinitions: [string, MetricDefinition][] = Object.entries(METRIC_CATALOG);

function plainText(maxLength: number): JsonSchema {
  return { type: 'string', minLength: 1, maxLength, pattern: SAMPLE_TEXT_PATTERN };
}

function metric({ min, max, label, unit }: MetricDefinition): JsonSchema {
  return {
    type: ['number', 'null'],
    minimum: min,
    maximum: max,
    description: `${label} (${unit})`,
  };
}

function deviceList(metrics: readonly (keyof typeof DEVICE_METRIC_CATALOG)[]): JsonSchema {
  return {
    type: 'array',
    maxItems: PUSH_LIMITS.devicesPerKind,
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['name'],
      properties: {
        name: plainText(PUSH_LIMITS.deviceNameLength),
        ...Object.fromEntries(metrics.map((name) => [name, metric(DEVICE_METRIC_CATALOG[name])])),
      },
    },
  };
}

const evidence: JsonSchema = {
  type: 'array',
  maxItems: PUSH_LIMITS.evidenceProcesses,
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['pid', 'name'],
    properties: {
      pid: { type: 'integer', minimum: 0 },
      name: plainText(200),
      user: { type: ['string', 'null'], maxLength: 200 },
      cpu: { type: ['number', 'null'], minimum: 0, maximum: 100 },
      rss_bytes: { type: ['number', 'null'], minimum: 0 },
    },
  },
};

/** A sample as pushed. */
export const sampleSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: [
    'machine_id',
    ...metricDefinitions.filter(([, { required }]) => required).map(([name]) => name),
  ],
  properties: {
    machine_id: {
      type: 'string',
      pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
      description: 'The uuid that registration answered',
    },
    timestamp: {
      type: ['string', 'number'],
      maxLength: 40,
      description: 'ISO 8601 with a zone, or epoch milliseconds; the time of receipt if absent',
    },
    ...Object.fromEntries(metricDefinitions.map(([name, rules]) => [name, metric(rules)])),
    devices: {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(
        Object.values(DEVICE_CATALOG).map(({ list, metrics }) => [list, deviceList(metrics)]),
      ),
    },
    missing: {
      type: 'object',
      maxProperties: PUSH_LIMITS.missingEntries,
      propertyNames: { maxLength: 100, pattern: SAMPLE_TEXT_PATTERN },
      additionalProperties: plainText(PUSH_LIMITS.missingReasonLength),
      description: 'Metric name -> why it could not be read',
    },
    evidence,
  },
  example: {
    machine_id: '3f1c7a52-6f0e-4a3e-9d43-0c8d5f6c1b2a',
    cpu: 25.3,
    ram: 40.5,
    disk: 70.2,
    network_in: 1200,
    network_out: 800,
  },
};

/** The body of `POST /api/v1/metrics/batch`. */
export const batchSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['samples'],
  properties: {
    samples: {
      type: 'array',
      minItems: 1,
      maxItems: PUSH_LIMITS.batchSamples,
      items: sampleSchema,
    },
  },
};
