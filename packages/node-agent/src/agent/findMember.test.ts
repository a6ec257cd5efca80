import type { MemberBody } from '@hedgerow/core/membership';
import { describe, expect, it } from 'vitest';
import { findMember } from './findMember.ts';

type Known = Parameters<typeof findMember>[0];

/** Members by id, with their names; `gone` have left. */
function known(names: Readonly<Record<string, string>>, gone: readonly string[] = []): Known {
  const members = new Map(
    Object.entries(names).map(([member, name]) => [member, { member, name } as MemberBody]),
  );
  const registers = { isGone: (member: string) => gone.includes(member) };
  return { state: { key: { member: 'Kself' } }, env: { replica: { members, registers } } };
}

const three = { Kself: 'alder', Kab1: 'birch', Kab2: 'cedar' };

function found(text: string, among: Known = known(three)): string {
  const result = findMember(among, text);
  return result.ok ? result.value : result.error.code;
}

describe('a member is found', () => {
  it('by its id, by its name, and by the start of its id when no other starts so', () => {
    expect(found('Kab1')).toBe('Kab1');
    expect(found('cedar')).toBe('Kab2');
    expect(found('Kab1', known({ Kself: '', Kab1: '', Kab12: 'Kab1' }))).toBe('Kab1');
    expect(found('Kb', known({ Kself: '', Kb1: 'x' }))).toBe('Kb1');
    expect(found('Kab')).toBe('ambiguous');
  });

  it('not by what nobody is called', () => {
    expect(found('')).toBe('unknown-member');
    expect(found('elder')).toBe('unknown-member');
    expect(findMember(known(three), 'elder')).toMatchObject({
      error: { message: expect.stringContaining('Known are: birch (Kab1), cedar (Kab2).') },
    });
    expect(findMember(known({ Kself: 'alder' }), 'elder')).toMatchObject({
      error: { message: expect.stringContaining('Known are: none.') },
    });
  });

  it('not when it is this node', () => {
    expect(found('alder')).toBe('self');
    expect(found('Ks')).toBe('self');
  });

  it('by a name that it shares with one that is gone', () => {
    const twice = { Kself: 'alder', Ka: 'birch', Kb: 'birch' };
    expect(found('birch', known(twice))).toBe('ambiguous');
    expect(found('birch', known(twice, ['Ka']))).toBe('Kb');
    expect(found('birch', known(twice, ['Ka', 'Kb']))).toBe('ambiguous');
    expect(found('birch', known({ Kself: 'alder', Ka: 'birch' }, ['Ka']))).toBe('Ka');
  });
});
