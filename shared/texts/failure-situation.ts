/** What the words about a failure depend on, and what they consist of. */
import type { Failure } from '../failure.ts';
import type { RecordDetail } from '../records.ts';

export type During = Extract<RecordDetail, { kind: 'failed' }>['during'];
/** `during`: what was being done; null where that is not known or was something else. */
export type FailureSituation = Failure & { during: During | null };
/** `what` is one sentence with its code and no full stop; `cause` and `tryThis` are full sentences. */
export type Explanation = { what: string; cause: string; tryThis: string };
export type FailureText = (situation: FailureSituation) => Explanation;
