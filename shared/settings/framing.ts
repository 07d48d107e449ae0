/** How the frames of an endpoint's streams are told apart, in each direction. */
import type * as v from 'valibot';
import { group, text } from './field.ts';

/** As `shared/framing/settings.ts` reads it, which costs more than a page needs to begin with; '' = each read by itself. */
const spec = text(4096);

export const framing = group({ received: spec, sent: spec });
export type FramingSettings = v.InferOutput<typeof framing>;
