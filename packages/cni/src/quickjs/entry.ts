/** Entry of the executable. */
import * as std from 'quickjs:std';
import { main } from '../main.ts';
import { quickjsPort } from './port.ts';

std.exit(main(quickjsPort));
