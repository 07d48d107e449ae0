/** `npm run serve`. */
import { parseServeOptions } from './options.ts';
import { runServe } from './serve.ts';

await runServe(parseServeOptions(process.argv.slice(2), process.env));
