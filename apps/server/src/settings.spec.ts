import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { defaultEdge } from './http/edge-settings.js';
import { readSettings, type SettingsRefused } from './settings.js';

const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

describe('the settings', () => {
  it('need nothing: the service then listens on loopback, with a database and a sample of its own', () => {
    expect(readSettings({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      dataFolder: path.resolve('.dateline'),
      origin: undefined,
      signingKey: undefined,
      sample: true,
      verification: true,
      databaseUrl: undefined,
      cursorSecret: undefined,
      edge: defaultEdge,
    });
  });

  it('are what the environment says', () => {
    const env = {
      PORT: '8080',
      HOST: '::1',
      DATELINE_DATA: '/data',
      DATELINE_ORIGIN: 'example.org/news',
      DATELINE_SIGNING_KEY: fileWith(ed25519),
      DATELINE_SAMPLE: 'off',
      DATELINE_VERIFICATION: 'off',
      DATELINE_CURSOR_SECRET: 'x'.repeat(32),
      DATELINE_CONNECTIONS: '50',
      DATELINE_RATE_LIMIT: '600/60s',
      DATELINE_CORS_ORIGINS: 'https://example.org, http://localhost:8080',
      DATELINE_TRUSTED_PROXIES: '10.0.0.0/8,::1',
      DATELINE_STREAMS: '9',
      DATELINE_STREAMS_PER_CALLER: '3',
      DATABASE_URL: 'postgres://user:secret@host/news',
    };
    expect(readSettings(env)).toEqual({
      port: 8080,
      host: '::1',
      dataFolder: path.resolve('/data'),
      origin: 'example.org/news',
      signingKey: env.DATELINE_SIGNING_KEY,
      sample: false,
      verification: false,
      databaseUrl: env.DATABASE_URL,
      cursorSecret: 'x'.repeat(32),
      edge: {
        streams: { inAll: 9, perCaller: 3 },
        rate: { requests: 600, seconds: 60 },
        connections: 50,
        corsOrigins: ['https://example.org', 'http://localhost:8080'],
        trustedProxies: ['10.0.0.0/8', '::1'],
      },
    });
  });

  it('take what is empty for what is left out', () => {
    expect(readSettings({ PORT: '', HOST: ' ', DATABASE_URL: '', DATELINE_SAMPLE: '' })).toEqual(
      readSettings({}),
    );
  });

  it.each([
    ['PORT', 'http'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['HOST', 'http://0.0.0.0'],
    ['HOST', '0.0.0.0:3000/'],
    ['HOST', 'all of them'],
    ['DATELINE_ORIGIN', 'https://example.org'],
    ['DATELINE_ORIGIN', 'example.org/a+b'],
    ['DATELINE_ORIGIN', 'example.org/a b'],
    ['DATELINE_SAMPLE', 'no'],
    ['DATELINE_CURSOR_SECRET', 'short'],
    ['DATELINE_CURSOR_SECRET_FILE', '/nowhere/secret'],
    ['DATELINE_CONNECTIONS', '-1'],
    ['DATELINE_RATE_LIMIT', '600'],
    ['DATELINE_RATE_LIMIT', '600/1m'],
    ['DATELINE_RATE_LIMIT', '0/60s'],
    ['DATELINE_CORS_ORIGINS', '*'],
    ['DATELINE_CORS_ORIGINS', 'null'],
    ['DATELINE_CORS_ORIGINS', 'https://example.org/'],
    ['DATELINE_CORS_ORIGINS', 'https://example.org,'],
    ['DATELINE_CORS_ORIGINS', 'HTTPS://Example.org'],
    ['DATELINE_TRUSTED_PROXIES', '0'],
    ['DATELINE_TRUSTED_PROXIES', 'true'],
    ['DATELINE_TRUSTED_PROXIES', 'proxy.example.org'],
    ['DATELINE_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['DATELINE_TRUSTED_PROXIES', '0.0.0.0/0'],
    ['DATELINE_TRUSTED_PROXIES', '10.0.0.0/8,::/0'],
    ['DATELINE_SIGNING_KEY', '/nowhere/signing.key'],
    ['DATELINE_SIGNING_KEY', import.meta.dirname],
    ['DATELINE_DATA', import.meta.filename],
    ['DATELINE_DATA', `${import.meta.filename}/data`],
    ['DATELINE_STREAMS', '0'],
    ['DATELINE_STREAMS_PER_CALLER', 'many'],
    ['DATABASE_URL', 'mysql://host/news'],
    ['DATABASE_URL', 'host'],
  ])('refuse %s=%s and say what would do', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name}.*: .*(must|use) `)),
    ]);
  });

  it('refuse one that there is not, and name the nearest: it would be ignored', () => {
    expect(problemsOf({ DATELINE_CORS_ORIGIN: 'https://example.org' })).toEqual([
      'DATELINE_CORS_ORIGIN: is no setting; use DATELINE_CORS_ORIGINS, or leave it out.',
    ]);
    expect(problemsOf({ dateline_sample: 'off' })).toHaveLength(1);
    expect(problemsOf({ DATELINE_KEY: 'x', SOMETHING_ELSE: 'x' })).toEqual([]);
  });

  it('take a secret from a file, and from one place alone', () => {
    const file = fileWith(`${'y'.repeat(40)}\n`);
    expect(readSettings({ DATELINE_CURSOR_SECRET_FILE: file }).cursorSecret).toBe('y'.repeat(40));
    const both = { DATELINE_CURSOR_SECRET_FILE: file, DATELINE_CURSOR_SECRET: 'x'.repeat(40) };
    expect(problemsOf(both)).toEqual([expect.stringContaining('both set')]);
    expect(problemsOf(both).join()).not.toMatch(/x{40}|y{40}/);
  });

  it('tell all that is wrong at once', () => {
    expect(problemsOf({ PORT: 'x', HOST: '*', DATELINE_SAMPLE: 'x', DATABASE_URL: 'x' })).toHaveLength(4);
    expect(problemsOf({ DATELINE_SIGNING_KEY: '/nowhere', DATELINE_CURSOR_SECRET: 'short' })).toHaveLength(2);
  });

  it('refuse a signing key that cannot sign', () => {
    const { privateKey } = generateKeyPairSync('x25519');
    const other = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    for (const [text, fault] of [
      ['hello', /holds no private key in PEM/],
      [other, /holds a key of x25519: it must be an Ed25519 one/],
    ] as const) {
      const [problem, ...more] = problemsOf({ DATELINE_SIGNING_KEY: fileWith(text) });
      expect([problem, more]).toEqual([expect.stringMatching(/^DATELINE_SIGNING_KEY: /), []]);
      expect(problem).toMatch(fault);
    }
  });

  it.each([
    ['DATELINE_SIGNING_KEY', ed25519],
    ['DATELINE_SIGNING_KEY', ed25519.replaceAll('\n', ' ')],
    ['DATELINE_SIGNING_KEY', ed25519.split('\n')[1]!],
    ['DATELINE_CURSOR_SECRET_FILE', 'MC4CAQAwBQYDK2VwBCIEIHN0YW5kcyBmb3IgaXRzIGZpbGU='],
  ])('never repeat what stands in %s in the place of its path', (name, value) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name}: .*path`))]);
    expect(problems.join()).not.toMatch(/MC4C/);
  });

  it('never repeat a DATABASE_URL, which may hold a password', () => {
    expect(problemsOf({ DATABASE_URL: 'mysql://user:secret@host' }).join()).not.toContain('secret');
  });
});

function fileWith(text: string): string {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'dateline-settings-')), 'file');
  writeFileSync(file, text);
  return file;
}

function problemsOf(env: NodeJS.ProcessEnv): string[] {
  try {
    readSettings(env);
    return [];
  } catch (error) {
    return (error as SettingsRefused).problems;
  }
}
