// The register code that a model runs: the real one, or a copy with a fault patched in.
import * as real from '@hedgerow/core/register';

/** What a model needs of the register folder. */
export type Code = Pick<
  typeof real,
  | 'acceptorStep'
  | 'bornRecord'
  | 'enlistedRecord'
  | 'openAcceptor'
  | 'openProposer'
  | 'propose'
  | 'proposerStep'
>;

export const realCode: Code = real;
