// Why a text is not an address or a prefix, in words. Runs only on refused input.

import { readIpv4 } from './ipv4.ts';

const SHOWN = 60;

/** The text as it may stand in a message: quoted, control characters escaped, cut when long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text);
}

/** What is wrong with a text that is not an address. */
export function explainAddress(text: string): string {
  const shown = quote(text);
  const slash = text.indexOf('/');
  if (slash >= 0) return `${shown} has a prefix length; write the address alone`;
  const problem = text.includes(':') ? ipv6Problem(text) : ipv4Problem(text);
  return `${shown} is not an IP address: ${problem}`;
}

function ipv6Problem(text: string): string {
  if (text.includes('%'))
    return 'a zone id means something on one host only; leave out "%" and what follows';
  if (text.startsWith('[')) return 'write it without brackets and port';
  return 'IPv6 has eight groups of up to four hexadecimal digits, and "::" once for groups of zeros, as in fd00::1';
}

function ipv4Problem(text: string): string {
  const octets = text.split('.', 5);
  const zero = octets.find((octet) => /^0\d/.test(octet));
  if (zero !== undefined && readIpv4(octets.map(dropZeros).join('.')) !== undefined) {
    return `${quote(zero)} has a leading zero, which some programs read as octal; leave the zero out`;
  }
  return 'write four numbers from 0 to 255 as in 10.0.0.1, or IPv6 as in fd00::1';
}

function dropZeros(octet: string): string {
  return octet.replace(/^0+(?=\d)/, '');
}
