import { describe, expect, it } from 'vitest';
import { type Machine, missing, requires } from './requires.ts';

const bare: Machine = { isRoot: false, has: () => false, canMakeNetns: () => false };
const full: Machine = { isRoot: true, has: () => true, canMakeNetns: () => true };

describe('missing', () => {
  it('is silent where everything is there', () => {
    expect(missing({ root: true, binaries: ['ip'], netns: true }, full)).toBeUndefined();
    expect(missing({}, bare)).toBeUndefined();
  });

  it('names what is missing and the package that has it', () => {
    expect(missing({ root: true }, bare)).toBe('needs root');
    expect(missing({ binaries: ['nft'] }, bare)).toBe('needs nft (Debian: nftables)');
    expect(missing({ binaries: ['/usr/lib/cni/ptp'] }, bare)).toContain(
      'containernetworking-plugins',
    );
    expect(missing({ netns: true }, bare)).toContain('network namespaces');
  });
});

describe('requires', () => {
  it('finds programs by name and by path', () => {
    expect(requires({ binaries: ['sh', '/bin/sh'] })).toBeUndefined();
  });

  it('is an error in CI', () => {
    const before = process.env['TESTS_MAY_NOT_SKIP'];
    process.env['TESTS_MAY_NOT_SKIP'] = '1';
    try {
      expect(() => requires({ binaries: ['no-such-program'] })).toThrow('needs no-such-program');
    } finally {
      if (before === undefined) delete process.env['TESTS_MAY_NOT_SKIP'];
      else process.env['TESTS_MAY_NOT_SKIP'] = before;
    }
  });
});
