// What can be done to a node, by name.

export const ids = ['a', 'b', 'c'] as const;
type Id = (typeof ids)[number];

/**
 * What is done to the node, by the plugin or by the agent (sweep, drain, withdraw). `late GC` finds all claims
 * two minutes old, also one whose ADD is still on its way; `GC` only those from before that ADD. `lose`: the
 * runtime forgets the container without a DEL.
 */
export type Deed =
  | `${'ADD' | 'DEL' | 'CHECK' | 'lose'} ${Id}`
  | 'GC'
  | 'late GC'
  | 'STATUS'
  | 'sweep'
  | 'drain'
  | 'withdraw';
