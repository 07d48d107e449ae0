/** How what an endpoint says is compared, where a person chose that. */
import type { DecodeAs } from '../decoding/choice.ts';

/** `as`: null for what its log is decoded as. `ignore`: as `readIgnore` reads them. */
export type CompareChoice = { as: Exclude<DecodeAs, 'none'> | null; ignore: string[] };
export const usualCompareChoice: CompareChoice = { as: null, ignore: [] };
