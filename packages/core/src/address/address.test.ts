import { isIP } from 'node:net';
import fc from 'fast-check';
import { IPv4, IPv6 } from 'ip-num';
import { expect, test } from 'vitest';
import { must } from '../result.ts';
import { compareAddress, formatAddress, parseAddress } from './index.ts';

const ipv4Value = fc.bigInt({ min: 0n, max: 2n ** 32n - 1n });
/** IPv6 values with many zero groups, where the spelling is interesting. */
const ipv6Value = fc
  .array(fc.oneof(fc.constant(0), fc.constant(0xffff), fc.nat(0xffff)), {
    minLength: 8,
    maxLength: 8,
  })
  .map((groups) => groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n));

/** Text that is an address or nearly one. */
const nearlyAddress = fc
  .array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom(':', '.', '::', '0', '1', 'ff', '255', '256', 'abcd'),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom('1:2:3:4:5:6', '10.0.0', '10.0.0.1', ':1.2.3.4', '1:2'),
      },
      { weight: 1, arbitrary: fc.constantFrom('01', '12345', 'g', ' ', '-1', '/8', '٣', '1e1') },
    ),
    { maxLength: 9 },
  )
  .map((parts) => parts.join(''));

test('IPv4 agrees with ip-num in both directions', () => {
  fc.assert(
    fc.property(ipv4Value, (value) => {
      const text = formatAddress({ family: 4, value });
      expect(text).toBe(IPv4.fromNumber(value).toString());
      expect(must(parseAddress(text))).toEqual({ family: 4, value });
    }),
  );
});

test('IPv6 is read as ip-num reads it, in long, short and upper case forms', () => {
  fc.assert(
    fc.property(ipv6Value, (value) => {
      const text = formatAddress({ family: 6, value });
      const long = new IPv6(value).toString();
      for (const form of [text, long, text.toUpperCase()]) {
        expect(must(parseAddress(form))).toEqual({ family: 6, value });
      }
      if (!text.includes('.')) expect(new IPv6(text).getValue()).toBe(value);
    }),
  );
});

test('IPv6 is written as the WHATWG URL parser writes it, save for mapped addresses', () => {
  fc.assert(
    fc.property(ipv6Value, (value) => {
      fc.pre(value >> 32n !== 0xffffn);
      const long = new IPv6(value).toString();
      expect(`[${formatAddress({ family: 6, value })}]`).toBe(new URL(`http://[${long}]`).hostname);
    }),
  );
});

test('accepts exactly what the host accepts', () => {
  let accepted = 0;
  fc.assert(
    fc.property(nearlyAddress, (text) => {
      const parsed = parseAddress(text);
      expect([text, parsed.ok ? parsed.value.family : 0]).toEqual([text, isIP(text)]);
      if (parsed.ok) accepted++;
    }),
    { numRuns: 5_000 },
  );
  expect(accepted).toBeGreaterThan(50);
});

test('addresses with an embedded IPv4 address', () => {
  const value = (text: string) => must(parseAddress(text)).value;
  expect(value('::ffff:10.1.2.3')).toBe(0xffff_0a01_0203n);
  expect(value('64:ff9b::192.0.2.33')).toBe(value('64:ff9b::c000:221'));
  expect(value('1:2:3:4:5:6:7.8.9.10')).toBe(value('1:2:3:4:5:6:708:90a'));
  expect(formatAddress(must(parseAddress('::FFFF:a01:203')))).toBe('::ffff:10.1.2.3');
});

test.each([
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['2001:DB8::0001', '2001:db8::1'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['1:0:0:0:0:0:0:0', '1::'],
])('RFC 5952 writes %s as %s', (given, canonical) => {
  expect(formatAddress(must(parseAddress(given)))).toBe(canonical);
});

test.each([
  ['010.0.0.1', /"010" has a leading zero/],
  ['10.0.0.256', /numbers from 0 to 255/],
  ['10.0.0', /numbers from 0 to 255/],
  ['10.0.0.1 ', /numbers from 0 to 255/],
  ['0x0a.0.0.1', /numbers from 0 to 255/],
  ['167772161', /numbers from 0 to 255/],
  ['', /"" is not an IP address/],
  ['fe80::1%eth0', /zone id/],
  ['[fd00::1]:80', /without brackets/],
  ['1::2::3', /"::" once/],
  ['1:2:3:4:5:6:7::8:9', /eight groups/],
  ['1:2:3:4::5:6:7:8', /eight groups/],
  [':1:2:3:4:5:6:7', /eight groups/],
  ['1:2:3:4:5:6:7:', /eight groups/],
  ['::01.2.3.4', /eight groups/],
  ['10.0.0.1/24', /write the address alone/],
])('refuses %j with a reason', (text, reason) => {
  const parsed = parseAddress(text);
  expect(parsed).toMatchObject({ ok: false, error: { code: 'bad-address' } });
  if (!parsed.ok) expect(parsed.error.message).toMatch(reason);
});

test('a refusal of hostile text is short and has no control characters', () => {
  for (const text of ['1'.repeat(1_000_000), `${'1:'.repeat(500_000)}`, '\u0007\n'.repeat(40)]) {
    const parsed = parseAddress(text);
    if (parsed.ok) throw new Error('accepted');
    expect(parsed.error.message.length).toBeLessThan(500);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(parsed.error.message).not.toMatch(/[\u0000-\u001f]/);
  }
});

test('addresses order by family, then value', () => {
  const texts = ['::', '10.0.0.10', '10.0.0.9', 'ff::', '9.0.0.0'];
  const sorted = texts.map((text) => must(parseAddress(text))).sort(compareAddress);
  expect(sorted.map(formatAddress)).toEqual(['9.0.0.0', '10.0.0.9', '10.0.0.10', '::', 'ff::']);
});
