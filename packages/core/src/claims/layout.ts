/**
 * Every path of the run directory, and how its names are written and read.
 *
 * Names are checked before they become part of a path: nothing made here leaves its directory.
 * A name that is not exactly what we would have written is not ours, and is `undefined`.
 *
 * IPv4 addresses stand as they are. IPv6 addresses stand in their RFC 5952 text with `-` for each `:`
 * and a `0` before a leading one (`fd00::40` is `fd00--40`, `::1` is `0--1`), as in UNC names: no colon,
 * which separates container id and interface, and no leading hyphen, which a shell takes for an option.
 */
import { formatAddress, parseAddress, parsePrefix } from '../address/index.ts';
import type { Address, Prefix } from '../address/types.ts';

/** Version of everything here. A program refuses a run directory with another one. */
export const layoutVersion = 2;

/** Longest file name on Linux, in bytes. */
export const maxNameBytes = 255;

/** Where claims of one boot of one node are kept. `boot` is the path `<run>/<boot id>`. */
export interface RunPlace {
  readonly root: string;
  readonly boot: string;
}

/** Blocks in `blocks` are open for new addresses, those in `draining` keep theirs and take none. */
export type Area = 'blocks' | 'draining';

const bootIdShape = /^[0-9a-f][0-9a-f-]{7,63}$/;
const poolShape = /^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$/;
const claimShape = /^[0-9a-f]{16,64}$/;

/** The place for a boot id (`/proc/sys/kernel/random/boot_id`), or undefined when that is no boot id. */
export function runPlace(root: string, bootId: string): RunPlace | undefined {
  return bootIdShape.test(bootId) ? { root, boot: `${root}/${bootId}` } : undefined;
}

/** True for a name that a pool may have; it is safe as part of a path. */
export function isPoolName(name: string): boolean {
  return poolShape.test(name);
}

/** True for a claim id: 16 to 64 hex digits. */
export function isClaimId(name: string): boolean {
  return claimShape.test(name);
}

/** An address as a file name. */
export function addressName(address: Address): string {
  const text = formatAddress(address);
  if (address.family === 4) return text;
  return (text.startsWith(':') ? `0${text}` : text).replaceAll(':', '-');
}

/** The address of a file name written by `addressName`. */
export function parseAddressName(name: string): Address | undefined {
  const parsed = parseAddress(name.includes('-') ? name.replaceAll('-', ':') : name);
  return parsed.ok && addressName(parsed.value) === name ? parsed.value : undefined;
}

/** A block as a file name: `<start>_<length>`. */
export function blockName(block: Prefix): string {
  return `${addressName({ family: block.family, value: block.value })}_${block.length}`;
}

/** The block of a file name written by `blockName`. */
export function parseBlockName(name: string): Prefix | undefined {
  const parsed = parsePrefix(name.replaceAll('-', ':').replace('_', '/'));
  return parsed.ok && blockName(parsed.value) === name ? parsed.value : undefined;
}

/** The agent's heartbeat; it outlives boots. */
export function agentPath(root: string): string {
  return `${root}/agent.json`;
}

export function poolsPath(place: RunPlace): string {
  return `${place.boot}/pools`;
}

/** All that belongs to a pool. */
export function poolPath(place: RunPlace, pool: string): string {
  return `${place.boot}/pools/${pool}`;
}

/** The directories that lead to the blocks of a pool, from the boot's on, which is left out. */
export function wayToBlocks(place: RunPlace, pool: string): readonly string[] {
  return [poolsPath(place), poolPath(place, pool), areaPath(place, pool, 'blocks')];
}

export function cursorPath(place: RunPlace, pool: string): string {
  return `${place.boot}/pools/${pool}/cursor`;
}

/** Blocks of a pool that are open, or those that are draining. */
export function areaPath(place: RunPlace, pool: string, area: Area): string {
  return `${place.boot}/pools/${pool}/${area}`;
}

/** Directory of a block; its entries are the taken addresses. */
export function blockPath(place: RunPlace, pool: string, area: Area, block: Prefix): string {
  return `${place.boot}/pools/${pool}/${area}/${blockName(block)}`;
}

/** The marks of all blocks of a pool, open and draining. */
export function marksPath(place: RunPlace, pool: string): string {
  return `${place.boot}/pools/${pool}/marks`;
}

/** The mark of a block, wherever its directory is: see `marks.ts`. */
export function markPath(place: RunPlace, pool: string, block: Prefix): string {
  return `${marksPath(place, pool)}/${blockName(block)}`;
}

/** How many notes the agent has written on this boot: the target of a symlink. */
export function notesPath(place: RunPlace): string {
  return `${place.boot}/notes`;
}

/** Directory of a taken address. Its one entry is named by the claim. */
export function addressPath(
  place: RunPlace,
  pool: string,
  area: Area,
  block: Prefix,
  address: Address,
): string {
  return `${blockPath(place, pool, area, block)}/${addressName(address)}`;
}

/** The mark that an address was freed: its mtime says when. */
export function restingPath(place: RunPlace, pool: string, address: Address): string {
  return `${place.boot}/pools/${pool}/resting/${addressName(address)}`;
}

/** The directory that has one of each network. */
export function attachmentsPath(place: RunPlace): string {
  return `${place.boot}/attachments`;
}

/** Where plugins leave their wishes. */
export function wantedPath(place: RunPlace): string {
  return `${place.boot}/wanted`;
}

/** Where the agent and the plugin of a machine meet unless they are told otherwise. */
export const defaultRunDir: string = '/run/hedgerow';

/** A freed address is not given again for so long, milliseconds, unless an agent is told otherwise. */
export const defaultRestMs: number = 30_000;
