// What went wrong on the network, in words that say what it means and what to do. libp2p's own errors name
// a symptom deep inside; several of them may lie in one another.
import { type Refusal, type Result, refuse } from '@hedgerow/core';
import type { DialFault } from './types.ts';

/** A fault, what shows it, and what to tell people. The first that matches wins. */
interface Known<Fault extends string> {
  readonly fault: Fault;
  readonly shows: RegExp;
  readonly message: (where: string) => string;
}

const dialFaults: readonly Known<DialFault>[] = [
  {
    fault: 'wrong-key',
    shows: /WrongKeyError/,
    message: (where) =>
      `wrong key: the agent at ${where} has another pre-shared key, so it belongs to another cluster, ` +
      'or the token is from before the key changed. Get a new token from a member.',
  },
  {
    fault: 'self',
    shows: /dial self/i,
    message: (where) => `${where} is this node itself. It is left out.`,
  },
  {
    fault: 'wrong-identity',
    shows: /does not match expected|UnexpectedPeerError|expected remote|did not match/i,
    message: (where) =>
      `the agent at ${where} is not the member expected there: the address was given to another node. ` +
      'The member will be dialled where it says that it is now.',
  },
  {
    fault: 'not-admitted',
    shows: /ConnectionInterceptedError|DialDeniedError|blocked by gater/,
    message: (where) =>
      `whoever is at ${where} is no member of this cluster, and was not connected.`,
  },
  {
    fault: 'refused',
    shows: /ECONNREFUSED/,
    message: (where) => `nothing listens at ${where}: is the agent there running, on that port?`,
  },
  {
    fault: 'unreachable',
    shows: /EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EADDRNOTAVAIL|NoValidAddressesError/,
    message: (where) =>
      `${where} cannot be reached: no route, or no such name. Check address and network.`,
  },
  {
    fault: 'not-hedgerow',
    shows: /NoHandshakeError/,
    message: (where) =>
      `something listens at ${where}, but it does not answer as a Hedgerow agent with a key does. ` +
      'Check the port; if it is right, the agent there may have reached its limit of connections.',
  },
  {
    fault: 'no-answer',
    shows: /TimeoutError|AbortError|ETIMEDOUT|timed? ?out/i,
    message: (where) =>
      `no answer from ${where}: is the host up, and does a firewall drop the port?`,
  },
];

const listenFaults: readonly Known<string>[] = [
  {
    fault: 'address-in-use',
    shows: /EADDRINUSE/,
    message: (where) =>
      `${where} is in use by another program, perhaps another agent. Stop it, or choose another port ` +
      'with --listen.',
  },
  {
    fault: 'address-denied',
    shows: /EACCES|EPERM/,
    message: (where) =>
      `this user may not listen on ${where}. Choose a port above 1023 with --listen.`,
  },
  {
    fault: 'address-unknown',
    shows: /EADDRNOTAVAIL|EAFNOSUPPORT/,
    message: (where) =>
      `${where} is no address of this host. Choose one of its own, or /ip4/0.0.0.0/tcp/PORT, with --listen.`,
  },
];

/** Why a dial failed. */
export function explainDial(error: unknown, where: string): Refusal<DialFault> {
  const symptoms = symptomsOf(error);
  const known = dialFaults.find(({ shows }) => shows.test(symptoms));
  if (known !== undefined) return { code: known.fault, message: known.message(where) };
  return { code: 'failed', message: `no connection to ${where}: ${(error as Error).message}.` };
}

/** Why listening failed, naming the addresses that did. */
export function explainListen(error: unknown, listen: readonly string[]): Result<never> {
  const symptoms = symptomsOf(error);
  const blamed = listen.filter((address) => symptoms.includes(`${address}: `));
  const where = (blamed.length > 0 ? blamed : listen).join(', ');
  const known = listenFaults.find(({ shows }) => shows.test(symptoms));
  if (known !== undefined) return refuse(known.fault, `Cannot listen: ${known.message(where)}`);
  return refuse('listen-failed', `Cannot listen on ${where}: ${(error as Error).message}`);
}

/** Names, codes and messages of an error and of all errors in it. */
function symptomsOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 4) return String(error);
  const { name, message, cause } = error;
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  const inner = [...(Array.isArray(errors) ? errors : []), ...(cause === undefined ? [] : [cause])];
  return [name, String(code ?? ''), message, ...inner.map((e) => symptomsOf(e, depth + 1))].join(
    ' ',
  );
}
