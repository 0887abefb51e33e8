/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // jest adds 'import' or 'require' itself, by the way a module was asked for; naming one here breaks the other.
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest', { swcrc: true }] },
  testMatch: ['<rootDir>/{apps,libs,migrations,test}/**/*.spec.ts'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  testTimeout: 30_000,
  maxWorkers: 2,
};
