/** The executable. */
import { processIo } from './io.ts';
import { runCli } from './runCli.ts';

// A reader that went away (`hedgerow map | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runCli(process.argv.slice(2), processIo());
