/**
 * An attachment: one interface of one container in one network. Claims belong to attachments.
 * A name that passed the checks here is safe as part of a path and separates unambiguously.
 */
import { quote } from '../address/explain.ts';
import { ok, type Refusal, type Result, refuse } from '../result.ts';
import { attachmentsPath, maxNameBytes, type RunPlace } from './layout.ts';

/** CNI specification, section 2: network name, `CNI_CONTAINERID` and `CNI_IFNAME`. */
export interface Attachment {
  readonly network: string;
  readonly containerId: string;
  readonly ifname: string;
}

/** CNI specification: names start with a letter or digit, then also `_`, `.` and `-`. */
const nameShape = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
/** Linux: IFNAMSIZ is 16 with the final zero. */
const maxIfnameBytes = 15;

/** Checks a network's name. */
export function checkNetworkName(name: string): Result<string, Refusal<'bad-name'>> {
  return checkName('network name', name);
}

/** Checks a container id. */
export function checkContainerId(name: string): Result<string, Refusal<'bad-name'>> {
  return checkName('container id', name);
}

function checkName(what: string, name: string): Result<string, Refusal<'bad-name'>> {
  if (name.length > maxNameBytes)
    return refuse('bad-name', `the ${what} has ${name.length} bytes; at most ${maxNameBytes} fit`);
  if (nameShape.test(name)) return ok(name);
  const rule =
    'it must start with a letter or digit and go on with letters, digits, "_", "." or "-"';
  return refuse('bad-name', `the ${what} ${quote(name)} is not allowed: ${rule}`);
}

/** Checks an interface name as Linux and CNI limit it. */
export function checkIfname(name: string): Result<string, Refusal<'bad-name'>> {
  const problem = ifnameProblem(name);
  return problem === undefined
    ? ok(name)
    : refuse('bad-name', `the interface name ${quote(name)} is not allowed: ${problem}`);
}

function ifnameProblem(name: string): string | undefined {
  if (name.length === 0 || name === '.' || name === '..') return 'it names nothing';
  if (name.length > maxIfnameBytes) return `Linux takes at most ${maxIfnameBytes} bytes`;
  for (let at = 0; at < name.length; at++) {
    const unit = name.charCodeAt(at);
    // Printable ASCII without space, "/" (47) and ":" (58).
    if (unit <= 32 || unit >= 127 || unit === 47 || unit === 58)
      return 'it may have printable ASCII only, without space, "/" and ":"';
  }
  return undefined;
}

/** All three at once, and that container id and interface fit into one file name. */
export function checkAttachment(attachment: Attachment): Result<Attachment, Refusal<'bad-name'>> {
  const { network, containerId, ifname } = attachment;
  for (const check of [
    checkNetworkName(network),
    checkContainerId(containerId),
    checkIfname(ifname),
  ]) {
    if (!check.ok) return check;
  }
  const bytes = attachmentName(attachment).length;
  if (bytes <= maxNameBytes) return ok(attachment);
  const why = `container id and interface name have ${bytes} bytes together`;
  return refuse('bad-name', `${why}; at most ${maxNameBytes} fit into a file name`);
}

/** `<container id>:<ifname>`; a `:` can occur in neither. */
export function attachmentName(attachment: Attachment): string {
  return `${attachment.containerId}:${attachment.ifname}`;
}

/** `<network>/<container id>:<ifname>`: what an entry of a taken address says. */
export function ownerText(attachment: Attachment): string {
  return `${attachment.network}/${attachmentName(attachment)}`;
}

/** The attachment of a text written by `ownerText`. */
export function parseOwnerText(text: string): Attachment | undefined {
  const slash = text.indexOf('/');
  const colon = text.indexOf(':', slash);
  if (slash < 0 || colon < 0) return undefined;
  const containerId = text.slice(slash + 1, colon);
  const attachment = { network: text.slice(0, slash), containerId, ifname: text.slice(colon + 1) };
  return checkAttachment(attachment).ok ? attachment : undefined;
}

/** The directory of a network's attachments. */
export function networkPath(place: RunPlace, network: string): string {
  return `${attachmentsPath(place)}/${network}`;
}

/** The directories that lead to an attachment, from the boot's on. */
export function wayToAttachment(place: RunPlace, attachment: Attachment): readonly string[] {
  return [
    place.boot,
    attachmentsPath(place),
    networkPath(place, attachment.network),
    attachmentPath(place, attachment),
  ];
}

/** The directory of an attachment's records. */
export function attachmentPath(place: RunPlace, attachment: Attachment): string {
  return `${attachmentsPath(place)}/${ownerText(attachment)}`;
}

/** The record of a claim: a symlink whose target `formatRecord` wrote. */
export function recordPath(place: RunPlace, attachment: Attachment, claim: string): string {
  return `${attachmentPath(place, attachment)}/${claim}`;
}

/** The directory that is renamed onto the address. */
export function preparedPath(place: RunPlace, attachment: Attachment, claim: string): string {
  return `${attachmentPath(place, attachment)}/${claim}.new`;
}
