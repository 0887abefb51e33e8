// The walls between the parts, as docs/ARCHITECTURE.md draws them:
//
//     apps → timelines → situations → ledger → transparency
//                  └────────┴→ chronology        (nothing points back up)
//
// An arrow may skip a layer on its way down, never point up. Run through scripts/check-arrows.mjs, which also
// makes sure that this file saw the code at all.

const spec = '\\.spec\\.tsx?$';

/** Where control enters: an app's main, a library's door, a worker's file. */
const entries = ['^libs/[^/]+/src/index\\.ts$', '^apps/[^/]+/(src/)?main\\.tsx?$', '-worker\\.ts$'];

/** Which other libraries each library may use. A library that is not listed fails `library-has-a-row`. */
const uses = {
  chronology: [],
  transparency: [],
  exchange: [],
  database: [],
  access: ['database'],
  ledger: ['transparency', 'database'],
  situations: ['ledger', 'chronology', 'database'],
  verification: ['situations', 'ledger', 'transparency', 'chronology', 'database'],
  notary: ['ledger', 'transparency', 'database'],
  timelines: [
    'verification',
    'situations',
    'notary',
    'ledger',
    'transparency',
    'chronology',
    'exchange',
    'database',
  ],
};

/** Folders of libs/timelines that are no use case: what clients send, how it is recorded, the format of archives. */
const shared = ['intake', 'recording', 'archive'];

/** What a pure library may import from outside: nothing with a clock, a network, a disk or a framework. */
const outside = {
  chronology: ['(^|/)node_modules/edtf/'],
  transparency: ['^crypto$'],
  exchange: ['^buffer$'],
};

const arrows = Object.entries(uses).map(([library, others]) => ({
  name: `${library}-uses-only-what-lies-below`,
  severity: 'error',
  from: { path: `^libs/${library}/` },
  to: { path: '^(apps|libs|migrations)/', pathNot: `^libs/(${[library, ...others].join('|')})/` },
}));

const purity = Object.entries(outside).map(([library, allowed]) => ({
  name: `${library}-is-pure`,
  severity: 'error',
  from: { path: `^libs/${library}/`, pathNot: spec },
  to: { pathNot: ['^(apps|libs|migrations|test)/', ...allowed] },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...arrows,
    ...purity,
    {
      name: 'library-has-a-row',
      comment: 'A new library says in `uses` what it may know before anything imports it.',
      severity: 'error',
      from: {},
      to: { path: '^libs/', pathNot: `^libs/(${Object.keys(uses).join('|')})/` },
    },
    {
      name: 'library-is-entered-by-its-door',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$'] },
    },
    {
      name: 'library-is-entered-by-its-door-from-elsewhere',
      severity: 'error',
      from: { pathNot: '^libs/' },
      to: { path: '^libs/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'use-case-is-nobody-elses',
      comment: 'What a second one needs stands beside the use cases.',
      severity: 'error',
      from: { path: '^libs/timelines/src/([^/]+)', pathNot: '^libs/timelines/src/index\\.ts$' },
      to: {
        path: '^libs/timelines/src/[^/]+/',
        pathNot: ['^libs/timelines/src/$1/', `^libs/timelines/src/(${shared.join('|')})/`],
      },
    },
    {
      name: 'apps-are-not-imported',
      severity: 'error',
      from: { pathNot: '^(apps|test)/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-do-not-share-code',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'apps-hold-no-sql',
      severity: 'error',
      from: { path: '^apps/', pathNot: spec },
      to: { path: '(^|/)node_modules/(@types/)?(pg|kysely)/' },
    },
    {
      name: 'migrations-are-frozen',
      comment: 'A migration that imported application code would change when that code does.',
      severity: 'error',
      from: { path: '^migrations/', pathNot: spec },
      to: { path: '^(apps|libs|test)/' },
    },
    {
      name: 'product-knows-no-tests',
      severity: 'error',
      from: { path: '^(apps|libs|migrations)/', pathNot: spec },
      to: { path: ['^test/', spec] },
    },
    {
      name: 'product-needs-no-dev-package',
      comment: 'Everything must run after `npm ci --omit=dev`.',
      severity: 'error',
      from: { path: '^(apps|libs|migrations)/', pathNot: spec },
      to: { dependencyTypes: ['npm-dev'], pathNot: '(^|/)node_modules/@types/' },
    },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphan',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: ['\\.d\\.ts$', '/main\\.tsx?$', '\\.config\\.[cm]?[jt]s$', '^migrations/'],
      },
      to: {},
    },
    {
      name: 'every-module-is-used',
      comment: 'Reachable from a main or a door; what only its own spec imports is dead.',
      severity: 'error',
      from: { path: entries },
      to: {
        path: '^(apps|libs)/.*\\.tsx?$',
        pathNot: [...entries, spec, '\\.d\\.ts$', '\\.config\\.ts$'],
        reachable: false,
      },
    },
    { name: 'everything-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: '(^|/)node_modules/' },
    exclude: { path: '^(dist|coverage)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Type-only imports are arrows too: knowing a type is knowing.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
