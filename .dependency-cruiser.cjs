// Who may import whom: docs/architecture.md says why. Every rule is an error.
const BASE = 'contracts|config|common|domain-events|database|http|settings|secrets';

/** A folder of the base may import itself, contracts and the folders named; its tests also others. */
function base(name, ...allowed) {
  const folders = ['contracts', name, ...allowed].join('|');
  return {
    name: `${name}-imports-downward`,
    comment: `src/${name} may import only: contracts${allowed.map((other) => `, ${other}`).join('')}`,
    severity: 'error',
    from: { path: `^src/${name}/`, pathNot: '\\.spec\\.ts$' },
    to: { path: '^src/', pathNot: `^src/(${folders})/` },
  };
}

/** A module of src/ may import the base, itself and the modules named. */
function module_(name, ...allowed) {
  const folders = [BASE, name, ...allowed].join('|');
  return {
    name: `${name}-imports-inward`,
    comment: `src/${name} may import only: base${allowed.map((other) => `, ${other}`).join('')}`,
    severity: 'error',
    from: { path: `^src/${name}/` },
    to: { path: '^src/', pathNot: `^src/(${folders})/` },
  };
}

/**
 * Rooms of a folder, lowest first: each may import itself, the rooms before it and the `shared` files
 * beside them. The other files beside them stand above all rooms.
 */
function rooms(folder, names, shared = []) {
  return names.map((name, index) => {
    const allowed = names.slice(0, index + 1).map((room) => `${room}/`);
    return {
      name: `${folder.replace(/^src\//, '')}-${name}-imports-downward`,
      comment: `${folder}/${name} may import of its neighbours only: ${names.slice(0, index).join(', ') || 'none'}`,
      severity: 'error',
      from: { path: `^${folder}/${name}/`, pathNot: '\\.spec\\.ts$' },
      to: { path: `^${folder}/`, pathNot: `^${folder}/(${[...allowed, ...shared].join('|')})` },
    };
  });
}

/** A folder of agent/src/ may import `shared`, itself and the folders named; its tests may import any. */
function agentFolder(name, ...allowed) {
  const folders = ['shared', name, ...allowed].join('|');
  return {
    name: `agent-${name.replaceAll('/', '-')}-imports-inward`,
    comment: `agent/src/${name} may import only: shared${allowed.map((other) => `, ${other}`).join('')}`,
    severity: 'error',
    from: { path: `^agent/src/${name}/`, pathNot: '\\.spec\\.ts$' },
    to: { path: '^agent/src/', pathNot: `^agent/src/(${folders})/` },
  };
}

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Nest 12 is ESM: a cycle between decorated classes crashes at load',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'contracts-is-a-leaf',
      severity: 'error',
      from: { path: '^src/contracts/' },
      to: { pathNot: '^src/contracts/' },
    },
    {
      name: 'base-stays-base',
      severity: 'error',
      from: { path: `^src/(${BASE})/` },
      to: { path: '^src/', pathNot: `^src/(${BASE})/` },
    },
    base('common'),
    base('config', 'common'),
    base('domain-events', 'common'),
    base('database', 'common', 'config'),
    base('http', 'common', 'config', 'database'),
    base('settings', 'database'),
    base('secrets', 'config', 'settings'),
    module_('auth'),
    ...rooms(
      'src/auth',
      [
        'records',
        'audit',
        'tokens',
        'keys',
        'limits',
        'access',
        'sessions',
        'users',
        'preferences',
        'setup',
        'sign-in',
      ],
      [
        'access-levels.ts',
        'access.decorator.ts',
        'auth-metrics.service.ts',
        'check-key.ts',
        'credential.ts',
        'hashing.ts',
        'principal.ts',
      ],
    ),
    ...rooms('src/machines', ['registry', 'presence']),
    ...rooms('src/metrics', ['store', 'ingest', 'query', 'maintenance']),
    {
      name: 'metrics-query-and-ingest-apart',
      comment: 'what is read and what is written meet in the store',
      severity: 'error',
      from: { path: '^src/metrics/query/' },
      to: { path: '^src/metrics/ingest/' },
    },
    module_('machines', 'auth'),
    module_('metrics', 'auth', 'machines'),
    module_('alerts', 'auth', 'machines', 'metrics'),
    ...rooms('src/alerts', [
      'channels',
      'records',
      'rules',
      'silences',
      'evaluation',
      'notifications',
      'dry-run',
    ]),
    {
      name: 'notifications-know-no-evaluation',
      comment: 'the round alone knows both',
      severity: 'error',
      from: { path: '^src/alerts/notifications/' },
      to: { path: '^src/alerts/evaluation/' },
    },
    module_('stream', 'auth', 'machines', 'metrics'),
    module_('observability', 'auth', 'machines', 'metrics'),
    module_('scheduler', 'auth', 'machines', 'metrics', 'alerts'),
    module_('web', 'auth'),
    {
      name: 'agent-and-dashboard-share-only-contracts',
      severity: 'error',
      from: { path: '^(agent|dashboard)/' },
      to: { path: '^src/', pathNot: '^src/contracts/' },
    },
    {
      name: 'dashboard-shared-imports-no-feature',
      comment: 'dashboard/src/shared lies below the features and the shell',
      severity: 'error',
      from: { path: '^dashboard/src/shared/' },
      to: { path: '^dashboard/src/', pathNot: '^dashboard/src/shared/' },
    },
    {
      name: 'dashboard-features-stand-apart',
      comment:
        'any folder of dashboard/src but those with a rule of their own imports shared alone',
      severity: 'error',
      from: { path: '^dashboard/src/(?!shared/|shell/|machine/)([^/]+)/' },
      to: { path: '^dashboard/src/', pathNot: '^dashboard/src/(shared|$1)/' },
    },
    {
      name: 'dashboard-machine-imports-alerts-alone',
      comment: "a machine's page shows its alerts as the pages on alerts do",
      severity: 'error',
      from: { path: '^dashboard/src/machine/' },
      to: { path: '^dashboard/src/', pathNot: '^dashboard/src/(shared|machine|alerts)/' },
    },
    {
      name: 'dashboard-shell-is-the-top',
      comment: 'only main and the shell itself import dashboard/src/shell',
      severity: 'error',
      from: { path: '^dashboard/src/', pathNot: '^dashboard/src/(shell/|main\\.tsx$)' },
      to: { path: '^dashboard/src/shell/' },
    },
    {
      name: 'server-never-imports-agent-or-dashboard',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(agent|dashboard)/' },
    },
    agentFolder('shared'),
    agentFolder('http'),
    agentFolder('sampling/collectors'),
    agentFolder('sampling'),
    agentFolder('host', 'sampling/collectors'),
    agentFolder('config', 'host'),
    agentFolder('identity', 'http', 'host', 'config'),
    agentFolder('delivery/spool'),
    agentFolder('delivery/transport', 'http', 'identity', 'delivery/spool'),
    agentFolder('delivery', 'http', 'identity'),
    agentFolder('service', 'config'),
    {
      name: 'agent-is-put-together-above-its-folders',
      comment: 'agent.ts composes the folders; only the commands know the composed agent',
      severity: 'error',
      from: { path: '^agent/src/[^/]+\\.ts$', pathNot: '^agent/src/main\\.ts$' },
      to: { path: '^agent/src/(cli|service)/' },
    },
    {
      name: 'agent-test-helpers-stay-in-tests',
      severity: 'error',
      from: { path: '^agent/src/', pathNot: '\\.spec\\.ts$|^agent/src/testing/' },
      to: { path: '^agent/src/testing/' },
    },
    {
      name: 'database-stays-in-stores',
      comment: 'SQL and TypeORM live in stores, entities, migrations and the database module',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/database/|\\.(entity|store|module)\\.ts$|/store/|\\.spec\\.ts$',
      },
      to: { path: 'node_modules/(typeorm|@nestjs/typeorm|pg|pg-copy-streams|better-sqlite3)/' },
    },
    {
      name: 'no-tests-in-production-code',
      severity: 'error',
      from: {
        path: '^(src|agent/src|dashboard/src)/',
        pathNot: '\\.spec\\.tsx?$|^agent/src/testing/',
      },
      to: { path: '\\.spec\\.tsx?$|^test/' },
    },
    {
      name: 'nothing-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
