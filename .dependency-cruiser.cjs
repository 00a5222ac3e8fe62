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
        'setup',
        'sign-in',
      ],
      [
        'access-levels.ts',
        'access.decorator.ts',
        'auth-metrics.ts',
        'check-key.ts',
        'credential.ts',
        'hashing.ts',
        'principal.ts',
        'text-rules.ts',
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
      name: 'server-never-imports-agent-or-dashboard',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(agent|dashboard)/' },
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
