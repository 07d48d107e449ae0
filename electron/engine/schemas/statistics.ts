/** What may be asked of statistics. */
import * as v from 'valibot';
import { decoderIds } from '../../../shared/decoding/decoded.ts';
import { readings } from '../../../shared/frames.ts';
import { plain } from '../../../shared/schema.ts';
import {
  longestPattern,
  patternOf,
  type MatchRule,
  type NumberRule,
} from '../../../shared/statistics/matching.ts';
import type { StatisticsPlan } from '../../../shared/statistics/statistics.ts';
import { integer, text } from './schemas.ts';

export const statisticsId = v.pipe(integer(1, 2 ** 31), v.title('statistics'));

const pattern = v.pipe(
  text(longestPattern),
  v.check((written) => patternOf(written) !== null),
);
const match: v.GenericSchema<unknown, MatchRule> = v.variant('by', [
  v.strictObject({ by: v.literal('none') }),
  v.strictObject({ by: v.literal('next') }),
  v.strictObject({ by: v.literal('frame') }),
  v.strictObject({ by: v.literal('decoded'), path: v.pipe(text(200), v.minLength(1)) }),
  v.strictObject({ by: v.literal('pattern'), pattern }),
]);
const numbers: v.GenericSchema<unknown, NumberRule> = v.variant('by', [
  v.strictObject({
    by: v.literal('field'),
    offset: integer(0, 65_535),
    size: v.picklist([1, 2, 4]),
    order: v.picklist(['be', 'le']),
  }),
  v.strictObject({ by: v.literal('pattern'), pattern }),
]);

export const statisticsPlan: v.GenericSchema<unknown, StatisticsPlan> = v.pipe(
  plain(
    v.strictObject({
      connection: v.nullable(integer(0, 2 ** 32 - 2)),
      filter: text(64 * 1024),
      reading: v.picklist(readings),
      match,
      requests: v.picklist(['sent', 'received']),
      decoder: v.nullable(v.picklist(decoderIds)),
      numbers: v.nullable(numbers),
    }),
  ),
  v.title('plan'),
);
