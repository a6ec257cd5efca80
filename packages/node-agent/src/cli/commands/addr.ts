/** `hedgerow addr`: the addresses of this node, one by one. */
import {
  type AddressDetail,
  type AddressReport,
  addressesText,
  addressText,
  type GcReport,
  gcText,
  type ReleaseReport,
  releaseText,
} from '../../report/index.ts';
import { show } from './ask.ts';
import type { CommandSpec } from './types.ts';

const group = 'addr';

/** `hedgerow addr ls` */
export const addrLs: CommandSpec = {
  group,
  usage: 'ls',
  help: 'addresses that are held on this node',
  options: [],
  run: (context) => show<readonly AddressReport[]>(context, '/v1/addresses', addressesText),
};

/** `hedgerow addr show` */
export const addrShow: CommandSpec = {
  group,
  usage: 'show <address>',
  help: 'who holds an address, since when, and which node owns it',
  options: [],
  run: (context) => {
    const address = encodeURIComponent(context.command.args[0] ?? '');
    return show<AddressDetail>(context, `/v1/address?address=${address}`, addressText);
  },
};

/** `hedgerow addr release` */
export const addrRelease: CommandSpec = {
  group,
  usage: 'release <address>',
  help: 'free an address whose container is gone',
  options: [],
  setUp: (command) => {
    command.option('--force', 'also when its container may still use it');
  },
  run: (context) => {
    const { force = false } = context.command.opts<{ force?: boolean }>();
    const body = { address: context.command.args[0] ?? '', force };
    return show<ReleaseReport>(context, '/v1/address/release', releaseText, body);
  },
};

/** `hedgerow addr gc` */
export const addrGc: CommandSpec = {
  group,
  usage: 'gc',
  help: 'look for addresses of containers that are gone, and free them',
  options: [],
  setUp: (command) => {
    command.option('--dry-run', 'only say what would be freed, and why the rest would not');
  },
  run: (context) => {
    const { dryRun = false } = context.command.opts<{ dryRun?: boolean }>();
    return show<GcReport>(context, '/v1/gc', gcText, { dryRun });
  },
};
