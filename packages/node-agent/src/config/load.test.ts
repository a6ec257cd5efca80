import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultTuning } from '@hedgerow/core/cluster';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig, parseConfigFile } from './load.ts';
import { defaultHeartbeatMs, defaultReclaimMs } from './schema.ts';

let dir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hg-config-'));
  file = join(dir, 'config.yaml');
});
afterEach(() => rmSync(dir, { recursive: true }));

function message(result: ReturnType<typeof loadConfig>): string {
  return result.ok ? 'accepted' : result.error.message;
}

describe('a configuration', () => {
  test('has defaults for everything', () => {
    writeFileSync(file, '');
    const loaded = loadConfig({ flags: {}, env: {}, file });
    expect(loaded).toMatchObject({
      ok: true,
      value: {
        warnings: [],
        config: { state: '/var/lib/hedgerow', run: '/run/hedgerow', routes: 'none', tuning: {} },
      },
    });
  });

  test('takes a flag before the environment before the file', () => {
    writeFileSync(file, 'state: /from/file\nrun: /from/file\nzone: file\nlow-free: 3\n');
    const env = { HEDGEROW_STATE: '/from/env', HEDGEROW_RUN: '/from/env', HEDGEROW_LOW_FREE: '7' };
    const loaded = loadConfig({ flags: { state: '/from/flag' }, env, file });
    expect(loaded).toMatchObject({
      ok: true,
      value: {
        config: { state: '/from/flag', run: '/from/env', zone: 'file', tuning: { lowFree: 7 } },
      },
    });
  });

  test('finds its file by HEDGEROW_CONFIG', () => {
    writeFileSync(file, 'zone: here\n');
    const loaded = loadConfig({ flags: {}, env: { HEDGEROW_CONFIG: file } });
    expect(loaded).toMatchObject({ ok: true, value: { config: { zone: 'here' } } });
  });

  test('splits lists at commas and takes one value for a list', () => {
    writeFileSync(file, 'listen: /ip4/127.0.0.1/tcp/4710\n');
    const env = { HEDGEROW_NODE_ADDRESS: '192.0.2.1, 2001:db8::1' };
    expect(loadConfig({ flags: {}, env, file })).toMatchObject({
      ok: true,
      value: {
        config: { listen: ['/ip4/127.0.0.1/tcp/4710'], nodeAddress: ['192.0.2.1', '2001:db8::1'] },
      },
    });
  });
});

test('times become milliseconds of the tuning', () => {
  writeFileSync(file, 'rest: 2d\n');
  const env = { HEDGEROW_HEARTBEAT: '2s' };
  const loaded = loadConfig({ flags: { 'reclaim-delay': '6s' }, env, file });
  expect(loaded).toMatchObject({
    value: { config: { tuning: { heartbeatMs: 2000, reclaimMs: 6000, restMs: 172_800_000 } } },
  });
  expect([defaultHeartbeatMs, defaultReclaimMs]).toEqual([
    defaultTuning.heartbeatMs,
    defaultTuning.reclaimMs,
  ]);
});

describe('a mistake is named with its place', () => {
  const bad: readonly (readonly [
    string,
    Record<string, unknown>,
    Record<string, string>,
    RegExp,
  ])[] = [
    ['relative path', { state: 'here' }, {}, /--state: must be an absolute path.*"here"/],
    ['log level', {}, { HEDGEROW_LOG_LEVEL: 'loud' }, /HEDGEROW_LOG_LEVEL: .*"loud"/],
    ['multiaddr', { listen: ['127.0.0.1:80'] }, {}, /--listen: must be a multiaddr/],
    ['multiaddr host', { listen: ['/ip4/1.2.3/tcp/80'] }, {}, /--listen: must be a multiaddr/],
    ['port', { listen: ['/ip4/1.2.3.4/tcp/99999'] }, {}, /--listen: must be a multiaddr/],
    ['node address', {}, { HEDGEROW_NODE_ADDRESS: '10.0.0.1/24' }, /without a prefix length/],
    ['number', {}, { HEDGEROW_LOW_FREE: 'many' }, /HEDGEROW_LOW_FREE: .*"many"/],
    ['time', { heartbeat: '1w' }, {}, /--heartbeat: must be a number with s, m, h or d/],
    ['short time', {}, { HEDGEROW_REST: '0s' }, /HEDGEROW_REST: must be .* from 1s/],
    ['hasty delay', { 'reclaim-delay': '2m' }, {}, /--reclaim-delay: .*120s.*3 heartbeats of 60s/],
    ['short rest', { rest: '3s' }, {}, /--rest: must be 4s or more: plugins stop/],
    ['slow heartbeat', {}, { HEDGEROW_HEARTBEAT: '1h' }, /HEDGEROW_HEARTBEAT: .*3600s/],
    ['switch', {}, { HEDGEROW_JSON: 'maybe' }, /HEDGEROW_JSON must be true or false/],
  ];
  test.each(bad)('%s', (_name, flags, env, expected) => {
    writeFileSync(file, '');
    expect(message(loadConfig({ flags, env, file }))).toMatch(expected);
  });

  test('an unknown key of the file is refused with a suggestion', () => {
    writeFileSync(file, 'log-levle: info\n');
    expect(message(loadConfig({ flags: {}, env: {}, file }))).toMatch(
      /Unknown key "log-levle" in .*Did you mean "log-level"\?/,
    );
  });

  test('an unknown key like none lists them all', () => {
    const parsed = parseConfigFile('subnet-manager: etcd', 'x.yaml');
    expect(parsed.ok ? '' : parsed.error.message).toMatch(/Known keys: state, run/);
  });

  test('an unknown variable is a warning, for Kubernetes makes such', () => {
    writeFileSync(file, '');
    const env = { HEDGEROW_SERVICE_HOST: '10.0.0.1', HEDGEROW_STAT: '/x' };
    const loaded = loadConfig({ flags: {}, env, file });
    expect(loaded.ok && loaded.value.warnings).toEqual([
      'Ignored HEDGEROW_SERVICE_HOST: no option has that name.',
      'Ignored HEDGEROW_STAT: no option has that name. Did you mean HEDGEROW_STATE?',
    ]);
  });

  test.each([
    ['not YAML', 'a: [', /is not YAML/],
    ['a list', '- a', /must hold "key: value" lines/],
  ])('a file that is %s', (_name, text, expected) => {
    writeFileSync(file, text);
    expect(message(loadConfig({ flags: {}, env: {}, file }))).toMatch(expected);
  });

  test('a named file that is missing', () => {
    expect(message(loadConfig({ flags: {}, env: {}, file: join(dir, 'none.yaml') }))).toMatch(
      /Cannot read the configuration file .*ENOENT/,
    );
  });
});
