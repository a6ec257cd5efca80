import type { Ownership } from '@hedgerow/core/ownership';
import { describe, expect, test } from 'vitest';
import { mapReport } from './mapReport.ts';
import { mapText } from './mapText.ts';
import { addressesText, statusText } from './statusText.ts';
import type { Status } from './types.ts';

function piece(prefix: string, owner: string, disputed = false): Ownership {
  return { pool: 'default', prefix, owner, version: 2, record: '', disputed };
}

function report(pieces: readonly Ownership[], shares: readonly (readonly [string, bigint])[]) {
  return mapReport(
    {
      network: 'sha256:00',
      member: 'mb',
      pools: [{ name: 'default', prefix: '10.0.0.0/24', blockLength: 28, subnet: 'pool' }],
      members: new Map([
        ['ma', { name: 'alder' }],
        ['mb', { name: 'birch' }],
      ]),
      view: { pieces: () => pieces, shares: () => new Map(shares) },
    },
    'default',
  );
}

const half = report(
  [
    piece('10.0.0.0/25', 'ma'),
    piece('10.0.0.128/26', 'mb'),
    piece('10.0.0.192/28', 'mb'),
    piece('10.0.0.208/29', 'mb'),
    piece('10.0.0.216/29', 'ma'),
    piece('10.0.0.224/27', 'ma', true),
  ],
  [
    ['mb', 88n],
    ['ma', 168n],
  ],
);

describe('the map', () => {
  test('is drawn with a letter per member, small where shared', () => {
    expect(mapText(half, { colour: false })).toBe(
      [
        'default  10.0.0.0/24  6 pieces, one cell is a /28',
        '  10.0.0.0  AAAAAAAABBBBBb!!',
        '  A  alder              65.6 %  168  ma',
        '  B  birch (this node)  34.4 %  88   mb',
      ].join('\n'),
    );
  });

  test('breaks into labelled rows', () => {
    const lines = mapText(half, { colour: false, columns: 8 }).split('\n');
    expect(lines.slice(1, 3)).toEqual(['  10.0.0.0    AAAAAAAA', '  10.0.0.128  BBBBBb!!']);
  });

  test('has the same letters under its colours', () => {
    const coloured = mapText(half, { colour: true });
    expect(coloured).toContain('\u001b[');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with an escape character
    expect(coloured.replaceAll(/\u001b\[[\d;]*m/g, '')).toBe(mapText(half, { colour: false }));
  });

  test('holds sizes that JSON can carry', () => {
    const whole = mapReport({
      network: 'sha256:00',
      member: 'm',
      pools: [{ name: 'six', prefix: 'fd00::/48', blockLength: 122, subnet: 'pool' }],
      members: new Map(),
      view: { pieces: () => [piece('fd00::/48', 'm')], shares: () => new Map([['m', 1n << 80n]]) },
    });
    expect(whole.pools[0]?.shares).toEqual([
      { member: 'm', name: '', addresses: Number.MAX_SAFE_INTEGER, share: 1 },
    ]);
    expect(mapText(whole, { colour: false })).toMatch(
      /AAAA\n {2}A .* 100\.0 % {2}2\^53 or more {2}m$/,
    );
  });
});

const status: Status = {
  member: '12D3a',
  name: 'alder',
  network: 'sha256:00',
  state: 'ready',
  pools: [
    {
      name: 'default',
      prefix: '10.0.0.0/24',
      blockLength: 28,
      holdings: [
        { prefix: '10.0.0.0/28', version: 1, use: 'committed', used: 12, size: 16 },
        { prefix: '10.0.0.128/25', version: 1, use: 'reserve', used: 0, size: 128 },
      ],
      free: { committed: 2, reserve: 128 },
    },
  ],
  guardians: { epoch: 1, members: [], quorum: 1, reachable: 1, connections: [] },
  peers: [
    { member: '12D3b', name: 'birch', connected: true, lastHeardMs: 310 },
    { member: '12D3c', name: '', connected: false, lastHeardMs: null },
    { member: '12D3d', name: 'dogwood', connected: true, lastHeardMs: 50, gone: true },
  ],
  waiting: [{ code: 'space', pool: 'default', message: 'no member has a free block' }],
  alarms: [{ code: 'wiped', message: 'block 10.0.0.0/28 vanished' }],
};

test('a status says what is there, what is waited for, and alarms', () => {
  expect(statusText(status)).toBe(
    [
      'alder  ready',
      '  member   12D3a',
      '  network  sha256:00',
      '',
      'pool default  10.0.0.0/24  1 block of /28: 2 free, 128 in reserve',
      '  10.0.0.0/28    committed  12/16 used     version 1',
      '  10.0.0.128/25  reserve    128 addresses  version 1',
      '',
      'guardians  this node itself',
      '',
      'peers',
      '  birch    connected         heard 310 ms ago  12D3b',
      '  ?        not connected     never heard       12D3c',
      '  dogwood  gone, still runs  heard 50 ms ago   12D3d',
      '',
      'waiting for',
      '  - default: no member has a free block',
      '',
      'ALARMS',
      '  ! wiped: block 10.0.0.0/28 vanished',
    ].join('\n'),
  );
});

test('guardians are listed, and said to be too few when they are', () => {
  const connections = [
    { member: '12D3a', name: 'alder', connected: true },
    { member: '12D3c', name: '', connected: false },
    { member: '12D3d', name: 'dogwood', connected: false },
  ];
  const members = connections.map(({ member }) => member);
  const guardians = { epoch: 4, members, quorum: 2, reachable: 2, connections };
  expect(statusText({ ...status, guardians })).toContain(
    [
      'guardians  2 of 3 reachable, 2 needed (epoch 4)',
      '  alder    connected      12D3a',
      '  ?        not connected  12D3c',
      '  dogwood  not connected  12D3d',
    ].join('\n'),
  );
  expect(statusText({ ...status, guardians: { ...guardians, reachable: 1 } })).toContain(
    'guardians  1 of 3 reachable, TOO FEW: 2 needed (epoch 4)',
  );
});

test('the many pieces of a large reserve are one row', () => {
  const committed = { prefix: 'fd00::/122', version: 1, use: 'committed', used: 3 } as const;
  const reserve = Array.from({ length: 74 }, (_, index) => ({
    prefix: `fd00::/${122 - index}`,
    version: 1,
    use: 'reserve' as const,
    used: 0,
    size: Math.min(2 ** (6 + index), Number.MAX_SAFE_INTEGER),
  }));
  const six = {
    name: 'six',
    prefix: 'fd00::/48',
    blockLength: 122,
    holdings: [{ ...committed, size: 64 }, ...reserve],
    free: { committed: 59, reserve: Number.MAX_SAFE_INTEGER },
  };
  expect(statusText({ ...status, pools: [six] })).toContain(
    [
      'pool six  fd00::/48  1 block of /122: 59 free, 2^53 or more in reserve',
      '  fd00::/122   committed  3/64 used    version 1',
      '  74 prefixes  reserve    /49 to /122',
      '',
    ].join('\n'),
  );
});

test('addresses are listed with who holds them', () => {
  expect(addressesText([])).toBe('no address is held on this node');
  const row = {
    address: '10.0.0.3',
    pool: 'default',
    block: '10.0.0.0/28',
    network: 'pods',
    container: 'c1',
    interface: 'eth0',
  };
  expect(addressesText([row]).split('\n')[1]).toBe(
    '  10.0.0.3  default  10.0.0.0/28  pods     c1         eth0',
  );
});
