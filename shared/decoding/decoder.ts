/** The seam of decoders: a pure file that says whether bytes look like its own, and reads them into a `Tree`. */
import type { DecoderId } from './decoded.ts';
import type { Reader } from './tree.ts';

export type Decoder = Reader & { readonly id: DecoderId };
