/** `npm run serve`. */
import '../engine/host-language.ts';
import { parseServeOptions } from './options.ts';
import { runServe } from './serve.ts';

// Whoever closed these does not want to hear; the host goes on.
for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);

await runServe(parseServeOptions(process.argv.slice(2), process.env));
