/**
 * The options that flags, environment and configuration file share: one table, so that the three
 * cannot differ. An option `log-level` is the flag `--log-level`, the variable HEDGEROW_LOG_LEVEL
 * and the key `log-level` of the file.
 */

/** How an option's text becomes a value. */
export type OptionKind = 'text' | 'list' | 'count' | 'switch';

/** One option. `key` is its name in kebab case. */
export interface OptionSpec {
  readonly key: string;
  readonly kind: OptionKind;
  /** Placeholder of the value in help texts; a switch has none. */
  readonly value?: string;
  readonly help: string;
}

/** Options that every command takes. */
export const commonOptions: readonly OptionSpec[] = [
  { key: 'state', kind: 'text', value: 'dir', help: 'key, genesis and database (0700)' },
  { key: 'run', kind: 'text', value: 'dir', help: 'run directory, which the CNI plugin reads' },
  { key: 'log-level', kind: 'text', value: 'level', help: 'debug, info, warn, error or silent' },
  { key: 'json', kind: 'switch', help: 'answer in JSON' },
];

/** Options that say how a node is reached. */
export const nodeOptions: readonly OptionSpec[] = [
  { key: 'listen', kind: 'list', value: 'multiaddr', help: 'address to listen on (repeatable)' },
  {
    key: 'advertise',
    kind: 'list',
    value: 'multiaddr',
    help: 'address others dial, as tokens name it (repeatable)',
  },
  { key: 'name', kind: 'text', value: 'name', help: 'name of this node, for people' },
  { key: 'zone', kind: 'text', value: 'zone', help: 'failure domain of this node' },
  {
    key: 'node-address',
    kind: 'list',
    value: 'address',
    help: 'address of this host that other nodes route pods to (repeatable)',
  },
];

/** Options of the running daemon only. */
export const daemonOptions: readonly OptionSpec[] = [
  {
    key: 'peer',
    kind: 'list',
    value: 'multiaddr',
    help: 'address of a member to dial, when all known ones are out of date (repeatable)',
  },
  {
    key: 'routes',
    kind: 'text',
    value: 'mode',
    help: 'none, or host-gw: a route per remote prefix',
  },
  {
    key: 'leak-collection',
    kind: 'text',
    value: 'mode',
    help: 'on, or off: free addresses whose container’s namespace is gone',
  },
  { key: 'http', kind: 'text', value: 'host:port', help: 'serve /healthz and /readyz here' },
  { key: 'low-free', kind: 'count', value: 'n', help: 'get a block when fewer addresses are free' },
  {
    key: 'high-free',
    kind: 'count',
    value: 'n',
    help: 'give empty blocks back above this many free',
  },
  { key: 'reserve-blocks', kind: 'count', value: 'n', help: 'blocks to keep at hand in reserve' },
  {
    key: 'heartbeat',
    kind: 'text',
    value: 'time',
    help: 'pause between signs of life to the guardians of this node (60s)',
  },
  {
    key: 'reclaim-delay',
    kind: 'text',
    value: 'time',
    help: 'silence after which a node loses what it has in reserve (1h)',
  },
  {
    key: 'rest',
    kind: 'text',
    value: 'time',
    help: 'how long the addresses of a forgotten node rest (24h)',
  },
];

/** All of them: what a configuration file may say. */
export const allOptions: readonly OptionSpec[] = [
  ...commonOptions,
  ...nodeOptions,
  ...daemonOptions,
];

/** The environment variable of an option. */
export function variableOf(key: string): string {
  return `HEDGEROW_${key.toUpperCase().replaceAll('-', '_')}`;
}
