/**
 * What a dispute stops: new commits and grants in the disputed addresses, and new addresses in
 * committed blocks there. Addresses that are live stay; nothing is decided by a tie-break.
 */
import { overlaps, prefixOf } from '../../address/index.ts';
import { type Estate, without } from '../../estate/index.ts';
import type { OwnershipView } from '../../ownership/types.ts';
import { estateOf, raise, type Turn } from '../state/index.ts';
import { close } from './quarantine.ts';

/** The estate without what is disputed: what may be committed or granted. */
export function usableEstate(view: OwnershipView, estate: Estate): Estate {
  let holdings = estate.holdings;
  for (const dispute of view.disputes()) {
    holdings = without(holdings, dispute.pool, prefixOf(dispute.prefix));
  }
  return holdings === estate.holdings ? estate : { ...estate, holdings };
}

/**
 * What may be granted: of that, what has a record in the set. Whatever was made of another one would wait for it there,
 * and with it all that comes after: a liar's record that a crash kept from being published is never seen again.
 */
export function grantable(view: OwnershipView, estate: Estate): Estate {
  const usable = usableEstate(view, estate);
  const holdings = usable.holdings.filter(({ record }) => view.status(record) !== undefined);
  return holdings.length === usable.holdings.length ? usable : { ...usable, holdings };
}

/** Closes disputed blocks of ours and raises the alarms. Called when the set has grown. */
export function watchDisputes(turn: Turn): void {
  const disputes = turn.env.replica.view.disputes();
  if (disputes.length === 0) return;
  for (const dispute of disputes) {
    raise(turn, dispute.records.join(' '), {
      code: 'dispute',
      dispute,
      message: `${dispute.signer} gave ${dispute.prefix} of pool ${dispute.pool} away twice (records ${dispute.records.join(' and ')}): these addresses are disputed, no new ones are given out there; live addresses stay`,
    });
    for (const holding of estateOf(turn.state).holdings) {
      if (holding.use !== 'committed' || holding.pool !== dispute.pool) continue;
      if (!overlaps(prefixOf(holding.prefix), prefixOf(dispute.prefix))) continue;
      close(turn, holding.pool, holding.prefix);
    }
  }
}
