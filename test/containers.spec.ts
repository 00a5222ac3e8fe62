/** The Dockerfile's very commands, run in empty folders, and the compose file against its schema. */
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { readServerConfig } from '../src/config/server-config.js';
import { ignoredBy, pairsOf, parseDockerfile } from './containers/dockerfile.js';
import { lendSqliteOfNode20, packInstalledSqlite } from './containers/native-cache.js';
import { type BuiltStage, buildStage, listOf } from './containers/stage-runner.js';
import { freePort } from './helpers/ports.js';
import { ProcessOutput } from './helpers/process-output.js';
import { waitFor } from './helpers/wait.js';

const REPOSITORY = resolve(__dirname, '..');
const read = (path: string) => readFileSync(join(REPOSITORY, path), 'utf8');
const stages = parseDockerfile(read('Dockerfile'));
const instructions = (stage: string, name: string) =>
  stages
    .find((candidate) => candidate.name === stage)
    ?.instructions.filter((instruction) => instruction.name === name)
    .map(({ text }) => text) ?? [];

describe('the Dockerfile', () => {
  it('makes the server by default', () => {
    expect(stages.at(-1)?.name).toBe('server');
  });

  it.each(['server', 'agent'])('runs the %s without rights and without a shell', (stage) => {
    expect(instructions(stage, 'USER')).toEqual(['node']);
    expect(instructions(stage, 'RUN')).toEqual([]);
    expect(JSON.parse(instructions(stage, 'CMD')[0] ?? '')[0]).toBe('node');
    const [volume = ''] = instructions(stage, 'VOLUME');
    const env = Object.assign({}, ...instructions(stage, 'ENV').map(pairsOf));
    expect(Object.values(env)).toContain(volume);
    // The volume takes its owner from the image.
    expect(instructions(stage, 'COPY')).toContainEqual(
      expect.stringMatching(new RegExp(`--chown=node:node \\S+ ${volume}$`)),
    );
  });

  it('runs on a Node that package.json allows', () => {
    const major = Number(/node:(\d+)/.exec(stages[0]?.base ?? '')?.[1]);
    expect(major).toBeGreaterThanOrEqual(22);
    expect(new Set(stages.map(({ base }) => base.replace('-slim', ''))).size).toBe(1);
  });

  it('keeps everything out of the context that it does not copy', () => {
    const ignored = ignoredBy(read('.dockerignore'));
    for (const path of [
      '.env',
      'agent/.env',
      '.git/config',
      'data/procspy.db',
      'node_modules/pg/package.json',
      'dashboard/node_modules/react/package.json',
      'agent/dist/procspy-agent.mjs',
      'src/machines/status.spec.ts',
      'test/containers.spec.ts',
    ]) {
      expect([path, ignored(path)]).toEqual([path, true]);
    }
    expect(ignored('src/main.ts')).toBe(false);
  });
});

describe('the images', () => {
  const built = new Map<string, BuiltStage>();
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'procspy-images-'));
    const options = {
      context: REPOSITORY,
      ignored: ignoredBy(read('.dockerignore')),
      target: folder,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        npm_config_prefer_offline: 'true',
        npm_config_audit: 'false',
        ...packInstalledSqlite(REPOSITORY, join(folder, 'prebuilds')),
      },
    };
    for (const stage of stages) {
      built.set(stage.name, await buildStage(stage, built, options));
    }
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const stageOf = (name: string): BuiltStage => {
    const stage = built.get(name);
    if (!stage) {
      throw new Error(`the stage ${name} was not built`);
    }
    return stage;
  };

  /** The environment of a container, with its volume in the stage's folder. */
  const environmentOf = (stage: BuiltStage): NodeJS.ProcessEnv => ({
    PATH: process.env.PATH,
    ...Object.fromEntries(
      Object.entries(stage.env).map(([key, value]) => [
        key,
        stage.volumes.includes(value) ? join(stage.root, value) : value,
      ]),
    ),
  });

  it('hold what is needed to run, and no tools to build or test', () => {
    const server = stageOf('server');
    expect(listOf(server, '/app')).toEqual([
      'LICENSE',
      'agent',
      'dashboard',
      'dist',
      'node_modules',
      'package.json',
    ]);
    expect(listOf(server, '/app/dashboard/dist')).toContain('index.html');
    expect(listOf(server, '/app/dist/bundle')).toEqual([
      'procspy-server.LICENSES.txt',
      'procspy-server.mjs',
    ]);
    expect(listOf(server, '/app/node_modules')).toEqual([
      '@node-rs',
      'better-sqlite3',
      'swagger-ui-dist',
    ]);
    expect(listOf(server, '/app/agent/dist')).toEqual([
      'procspy-agent.LICENSES.txt',
      'procspy-agent.mjs',
    ]);
    expect(statSync(join(server.root, 'var/lib/procspy')).mode & 0o777).toBe(0o700);
    expect(listOf(stageOf('agent'), '/app')).toEqual([
      'procspy-agent.LICENSES.txt',
      'procspy-agent.mjs',
    ]);
  });

  it('start the server, answer the health check, and stop on SIGTERM', async () => {
    const server = stageOf('server');
    const [program = '', ...parameters] = server.command;
    const port = String(await freePort());
    const env = { ...environmentOf(server), PORT: port, HOST: '127.0.0.1' };
    lendSqliteOfNode20(REPOSITORY, join(server.root, server.workdir));
    const child = spawn(program, parameters, {
      cwd: join(server.root, server.workdir),
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed = new ProcessOutput();
    printed.follow(child);
    const closed = once(child, 'close');
    const [check = '', ...checkParameters] = server.healthcheck;
    const healthy = () => spawnSync(check, checkParameters, { env, timeout: 30_000 }).status === 0;
    try {
      const toldOf = (what: string) => () => printed.text.includes(what) || child.exitCode !== null;
      await waitFor('the server to be live', toldOf('procspy is live'), 60_000);
      expect(printed.text).toContain('procspy is live');
      expect(healthy()).toBe(true);
      const page = await fetch(`http://127.0.0.1:${port}/`);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('<html');
      const docs = await fetch(`http://127.0.0.1:${port}/docs/swagger-ui-bundle.js`);
      expect(docs.status).toBe(200);
      expect((await docs.text()).length).toBeGreaterThan(100_000);
      await waitFor('the first sign-in', toldOf('/setup?code='));
    } finally {
      child.kill('SIGTERM');
    }
    expect(await closed).toEqual([0, null]);
    expect(healthy()).toBe(false);
  }, 180_000);

  it('start the agent', async () => {
    const agent = stageOf('agent');
    const [program = '', ...parameters] = agent.command;
    const { stdout } = await promisify(execFile)(program, [...parameters, '--help'], {
      cwd: join(agent.root, agent.workdir),
      env: environmentOf(agent),
      timeout: 20_000,
    });
    expect(stdout).toContain('--server');
  });
});

describe('docker-compose.yml', () => {
  const compose = parse(read('docker-compose.yml'));
  const { server, postgres } = compose.services;

  it('is a compose file, without unknown keys', () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const schema = JSON.parse(read('test/fixtures/compose-spec.schema.json'));
    delete schema.$schema;
    const validate = ajv.compile(schema);
    expect(validate(compose) ? [] : validate.errors).toEqual([]);
  });

  it('names only services, volumes and networks that it declares', () => {
    expect(Object.keys(compose.services)).toEqual(['server', 'postgres']);
    for (const service of Object.values<typeof server>(compose.services)) {
      for (const volume of service.volumes) {
        expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
      }
      for (const network of service.networks) {
        expect(Object.keys(compose.networks)).toContain(network);
      }
      for (const dependency of Object.keys(service.depends_on ?? {})) {
        expect(compose.services[dependency].healthcheck).toBeDefined();
      }
      expect(service.restart).toBe('unless-stopped');
    }
    expect(server.build.target).toBe('server');
    expect(server.depends_on.postgres.condition).toBe('service_healthy');
  });

  it('keeps the data of both in volumes, where the images look for it', () => {
    expect(server.volumes).toContain(`data:${instructions('server', 'VOLUME')[0]}`);
    // postgres:18 declares its volume one folder above the data.
    expect(postgres.volumes).toContain('database:/var/lib/postgresql');
  });

  it('publishes the server alone, and knows no secret beforehand', () => {
    expect(server.ports).toHaveLength(1);
    expect(postgres.ports).toBeUndefined();
    expect(compose.networks.database.internal).toBe(true);
    expect(postgres.networks).toEqual(['database']);
    expect(postgres.environment).not.toHaveProperty('POSTGRES_PASSWORD');
    for (const [name, value] of Object.entries<string>(server.environment)) {
      // Whatever is set in .env gets through; nothing but the port has a value of its own.
      expect(value).toBe(name === 'PORT' ? '8080' : `\${${name}:-}`);
    }
  });

  it('passes on every setting of the server that makes sense in a container', () => {
    const asked = new Set<string>();
    readServerConfig(
      new Proxy(
        {},
        {
          get: (_, name) => {
            asked.add(String(name));
            return undefined;
          },
        },
      ),
    );
    const fixed = ['HOST', 'PROCSPY_DATA_DIR'];
    expect(Object.keys(server.environment).sort()).toEqual(
      [...asked].filter((name) => !fixed.includes(name)).sort(),
    );
    const example = read('.env.example');
    expect([...asked].filter((name) => !new RegExp(`^#${name}=`, 'm').test(example))).toEqual([]);
  });

  it('makes the password of the database once, and hands it to the server', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'procspy-compose-'));
    try {
      const inFolder = (script: string) =>
        script.replaceAll('$$', '$').replaceAll('/run/procspy', folder);
      const makePassword = () =>
        execFileSync('bash', [
          '-c',
          inFolder(postgres.entrypoint[2]).replace(/exec .*/, `cat ${folder}/password`),
        ]).toString();
      const password = makePassword();
      expect(password).toMatch(/^[0-9a-f]{64}$/);
      expect(makePassword()).toBe(password);
      const databaseUrl = (env: Record<string, string>) =>
        execFileSync(
          'sh',
          ['-c', inFolder(server.command[2]).replace(/exec .*/, 'printenv DATABASE_URL')],
          { env: { PATH: process.env.PATH, ...env } },
        )
          .toString()
          .trim();
      expect(databaseUrl({ DATABASE_URL: '' })).toBe(
        `postgres://procspy:${password}@postgres:5432/procspy`,
      );
      expect(databaseUrl({ DATABASE_URL: 'postgres://elsewhere/db' })).toBe(
        'postgres://elsewhere/db',
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('satisfies docker compose itself where that is installed', () => {
    const compose = spawnSync('docker', ['compose', 'version']);
    if (compose.status !== 0) {
      expect(existsSync(join(REPOSITORY, 'docker-compose.yml'))).toBe(true);
      return;
    }
    const { status, stderr } = spawnSync('docker', ['compose', 'config', '--quiet'], {
      cwd: REPOSITORY,
    });
    expect(stderr.toString()).toBe('');
    expect(status).toBe(0);
  });
});
