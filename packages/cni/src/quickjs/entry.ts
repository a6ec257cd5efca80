/**
 * Entry of the executable. All but `run` happens once, when it is built, and is kept: nothing that is done while
 * a module is loaded may depend on the machine.
 */
import * as std from 'quickjs:std';
import { main } from '../main.ts';
import { quickjsPort } from './port.ts';
import { rehearse } from './rehearse.ts';

declare global {
  var run: () => void;
}

rehearse();
globalThis.run = () => std.exit(main(quickjsPort));
