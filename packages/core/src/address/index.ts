export { bitsOf, compareAddress, formatAddress, parseAddress } from './address.ts';
export { quote } from './explain.ts';
export { contains, covers, halves, nextPrefix, overlaps, splitInto, supernet } from './nesting.ts';
export {
  addressAt,
  comparePrefix,
  enclosingPrefix,
  firstAddress,
  formatPrefix,
  formatPrefix as cidrOf,
  lastAddress,
  offsetOf,
  type PrefixRefusal,
  parseCidr,
  parsePrefix,
  prefixOf,
  sizeNumber,
  sizeOf,
} from './prefix.ts';
export { mergePrefixes, subtract } from './sets.ts';
export { type SpecialRange, specialRange } from './special.ts';
export type { Address, AddressText, Cidr, Family, Prefix } from './types.ts';
