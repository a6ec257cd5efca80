// Breakages of the receiving side: what is accepted, and what is acknowledged.
import { type Mutant, mutant } from './types.ts';

const accept = 'cluster/exchange/taker.ts';
const change = 'estate/change.ts';
const counterRefusal = [
  "    return refuse('counter', `grant $",
  '{counter} from $',
  '{from} does not follow $',
  '{last}`);',
].join('');

export const accepting: readonly Mutant[] = [
  {
    name: 'acceptWithGaps',
    says: 'a grant is accepted though earlier ones are missing',
    patches: [
      {
        file: accept,
        search: 'else if (message.counter > accepted + 1)',
        replace: 'else if (false)',
      },
      {
        file: change,
        search: counterRefusal,
        replace: "    if (counter <= last) return refuse('counter', 'old');",
      },
    ],
  },
  {
    name: 'acceptAnyCounter',
    says: 'any grant addressed to this member is accepted, whatever its counter',
    patches: [
      { file: accept, search: 'if (message.counter <= accepted)', replace: 'if (false)' },
      {
        file: accept,
        search: 'else if (message.counter > accepted + 1)',
        replace: 'else if (false)',
      },
      {
        file: change,
        search: counterRefusal,
        replace: '',
      },
    ],
  },
  mutant(
    'acceptDisputed',
    'a grant is accepted though its sender does not own the addresses',
    accept,
    "    case 'active':",
    "    case 'active': case 'void': case 'disputed':",
  ),
  mutant(
    'acceptPending',
    'a grant is accepted before its predecessors are known',
    accept,
    "    case 'active':",
    "    case 'active': case 'pending':",
  ),
  mutant(
    'acceptUnsigned',
    'the signature of a granted record is not checked',
    accept,
    '  return verifyRecord(record, env.verify);',
    '  return env.verify !== undefined;',
  ),
  mutant(
    'acceptRelayed',
    'a grant of one member is accepted under the counter of another',
    accept,
    ' || writer !== from || ',
    ' || writer === state.member || ',
  ),
  {
    name: 'acceptForOthers',
    says: 'a grant to somebody else is accepted',
    patches: [
      { file: accept, search: 'body.owner !== state.member || ', replace: '' },
      {
        file: 'estate/taking.ts',
        search: 'body.owner !== estate.member',
        replace: "body.owner === ''",
      },
    ],
  },
  mutant(
    'acceptSpent',
    'a grant that was accepted and given on is accepted again',
    accept,
    "isSpent(turn, record) ? 'void' : ",
    '',
  ),
  mutant(
    'acceptOutside',
    'a grant of less than a block, or outside the pool, is accepted',
    accept,
    '  if (!covers(prefixOf(pool.prefix), prefix) || prefix.length > pool.blockLength) return false;',
    '  if (!covers(prefix, prefix)) return false;',
  ),
  mutant(
    'silentAboutRepeats',
    'a grant that comes again is not acknowledged again',
    accept,
    "  send(turn, from, { type: 'ack', counter: accepted });",
    '  if (accepted < 0) return;',
  ),
  mutant(
    'inNotRaised',
    'the counter of accepted grants is not written',
    change,
    'in: { ...estate.in, [from]: counter } }) : taken;',
    'in: { ...estate.in, [from]: last } }) : taken;',
  ),
];
