import { expect, test } from 'vitest';
import { createTestNode, envOf } from './testPort.ts';

const sound = { cniVersion: '1.0.0', name: 'pods', ipam: {} };
const blocks = ['10.244.0.4/30'] as const;

test('VERSION echoes the version of its input and needs nothing else', () => {
  const node = createTestNode();
  const { status, answer } = node.call({ CNI_COMMAND: 'VERSION' }, { cniVersion: '0.2.0' });
  expect(status).toBe(0);
  expect(answer).toEqual({
    cniVersion: '0.2.0',
    supportedVersions: ['0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'],
  });
});

test.each([
  ['empty', '', 6],
  ['not JSON', 'hello', 6],
  ['cut short', '{"cniVersion":', 6],
  ['a list', '[]', 6],
  ['null', 'null', 6],
  ['deeply nested', `${'['.repeat(100_000)}`, 6],
  ['10 MB', ' '.repeat(10_000_000), 6],
  ['without a version', { name: 'pods' }, 1],
  ['of an old version', { ...sound, cniVersion: '0.2.0' }, 1],
  ['of a future version', { ...sound, cniVersion: '9.9.9' }, 1],
  ['with a version that is a number', { ...sound, cniVersion: 1 }, 7],
  ['without a name', { cniVersion: '1.0.0' }, 7],
  ['with a name that is a path', { ...sound, name: '../x' }, 7],
  ['with a name that is too long', { ...sound, name: 'n'.repeat(256) }, 7],
  ['ipam is text', { ...sound, ipam: 'x' }, 7],
  ['pools are text', { ...sound, ipam: { pools: 'x' } }, 7],
  ['no pools', { ...sound, ipam: { pools: [] } }, 7],
  ['one pool twice', { ...sound, ipam: { pools: ['default', 'default'] } }, 7],
  ['a pool that is a path', { ...sound, ipam: { pools: ['../x'] } }, 7],
  ['an unknown pool', { ...sound, ipam: { pools: ['nope'] } }, 7],
  ['routes without dst', { ...sound, ipam: { routes: [{ gw: '10.0.0.1' }] } }, 7],
  ['routes with host bits', { ...sound, ipam: { routes: [{ dst: '10.0.0.1/8' }] } }, 7],
  ['a gateway that is no address', { ...sound, ipam: { gateway: 'x' } }, 7],
  ['an endless wait', { ...sound, ipam: { waitMs: 1e9 } }, 7],
  ['exclude is no address', { ...sound, ipam: { exclude: ['x'] } }, 7],
  ['a run directory that is relative', { ...sound, ipam: { runDir: 'run' } }, 7],
  ['a run directory with dots', { ...sound, ipam: { runDir: '/run/../etc' } }, 7],
  ['no run directory yet', { ...sound, ipam: { runDir: '/nowhere' } }, 11],
  ['requested addresses are text', { ...sound, runtimeConfig: { ips: '10.244.0.4' } }, 7],
  ['unknown keys', { ...sound, more: 1, ipam: { more: 1 }, args: { cni: { labels: [] } } }, 0],
])('standard input: %s', (_, input, code) => {
  const { status, answer, log } = createTestNode(...blocks).call(envOf('ADD'), input);
  expect(answer?.code ?? 0).toBe(code);
  expect(status).toBe(code === 0 ? 0 : 1);
  if (code !== 0) {
    expect(answer).toEqual({
      cniVersion: expect.stringMatching(/^(0\.[34]|1\.[01])\.[01]$/),
      code,
      msg: expect.stringMatching(/./),
      details: expect.stringMatching(/./),
    });
    expect(log).toContain(String(answer?.msg));
  }
});

test.each([
  ['no command', { CNI_COMMAND: '' }, 4, /CNI_COMMAND is missing/],
  ['an unknown command', { CNI_COMMAND: 'MOVE' }, 4, /"MOVE" is not known/],
  ['no container id', { CNI_CONTAINERID: '' }, 4, /CNI_CONTAINERID/],
  ['several missing', { CNI_CONTAINERID: '', CNI_IFNAME: '' }, 4, /CNI_CONTAINERID, CNI_IFNAME/],
  ['no namespace', { CNI_NETNS: '' }, 4, /CNI_NETNS/],
  ['a container id with slashes', { CNI_CONTAINERID: '../../etc' }, 4, /CNI_CONTAINERID/],
  ['a container id that is too long', { CNI_CONTAINERID: 'c'.repeat(300) }, 4, /CNI_CONTAINERID/],
  ['too long with the interface', { CNI_CONTAINERID: 'c'.repeat(252) }, 4, /CNI_CONTAINERID/],
  ['an interface with a slash', { CNI_IFNAME: 'a/b' }, 4, /CNI_IFNAME/],
  ['an interface that is too long', { CNI_IFNAME: 'i'.repeat(16) }, 4, /CNI_IFNAME/],
  ['arguments that are none', { CNI_ARGS: 'nonsense' }, 4, /CNI_ARGS/],
  ['no path', { CNI_PATH: '' }, undefined, /^$/],
])('environment: %s', (_, env, code, message) => {
  const { answer } = createTestNode(...blocks).call(envOf('ADD', 'c1', env), sound);
  expect(answer?.code).toBe(code);
  expect(String(answer?.msg ?? '')).toMatch(message);
});

test('a verb older than its version is code 1', () => {
  const input = { ...sound, cniVersion: '0.3.1', prevResult: {} };
  const { answer } = createTestNode(...blocks).call(envOf('CHECK'), input);
  expect(answer).toMatchObject({ cniVersion: '0.3.1', code: 1 });
});

test.each([1, 3])('a run directory of another version (%i) is refused, also by DEL', (layout) => {
  const node = createTestNode(...blocks);
  node.files.writeText('/run/hedgerow/agent.json', JSON.stringify({ layout }));
  for (const verb of ['ADD', 'DEL']) {
    expect(node.call(envOf(verb), sound).answer).toMatchObject({ code: 102 });
  }
});

test('files of the run directory that are damaged are code 5', () => {
  const node = createTestNode(...blocks);
  node.files.writeText(`${node.place.boot}/pools/default/pool.json`, '{"layout":2}');
  expect(node.call(envOf('ADD'), sound).answer?.code).toBe(5);
  node.files.writeText('/run/hedgerow/agent.json', 'x');
  expect(node.call(envOf('ADD'), sound).answer?.code).toBe(5);
  expect(node.call(envOf('DEL'), sound).status).toBe(0);
});

test('an unknown pool is named with the known ones; before the agent was ready it is only not there yet', () => {
  const node = createTestNode(...blocks);
  const input = { ...sound, ipam: { pools: ['nope'] } };
  expect(node.call(envOf('ADD'), input).answer?.details).toContain('classic, default, six');
  node.writeAgent({ wasReady: false, ready: false, reasons: ['waiting for a first peer'] });
  expect(node.call(envOf('ADD'), input).answer).toMatchObject({
    code: 11,
    details: 'waiting for a first peer',
  });
});
