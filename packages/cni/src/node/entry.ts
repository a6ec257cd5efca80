/** Entry of the plugin where it runs on Node. */
import { main } from '../main.ts';
import { nodePort } from './port.ts';

process.exitCode = main(nodePort);
