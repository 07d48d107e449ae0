import type { Failure, FailureFacts } from '../failure.ts';
import { texts as chosen } from './chosen.ts';
import type { Texts } from './en.ts';
import type { During, Explanation, FailureSituation } from './failure-situation.ts';

/** Why, in full sentences: by its own reason, else what the system says, or a capture of before there were reasons. */
export function sayWhy({ why, message }: FailureFacts, { whys }: Texts = chosen): string {
  if (why === undefined || !Object.hasOwn(whys, why.name)) return message;
  return (whys[why.name] as (values: FailureFacts['why']) => string)(why);
}

/** With a message in words in any case: for one line, where there is no room for an explanation. */
export const inWords = (failure: Failure, texts: Texts = chosen): Failure => ({
  ...failure,
  message: sayWhy(failure, texts) || explain(failure, null, texts).what,
});

/**
 * What happened, the likely cause, and what to try. `during` is what was being done: the same code means different
 * things then. Without it, the system call that begins the system's message tells. A code that is not known gets an
 * honest answer.
 */
export function explain(failure: Failure, during: During | null = null, texts: Texts = chosen): Explanation {
  const { known, openssl, unknown } = texts.failures;
  const { code, message } = failure;
  const text = textIn(ofDatagrams(message, texts), code) ?? textIn(known, code);
  const otherwise = /^ERR_O?SSL_./.test(code) ? openssl : unknown;
  const said = { ...failure, message: sayWhy(failure, texts) };
  return (text ?? otherwise)({ ...said, during: during ?? duringOf(message) });
}

type Explanations = Partial<Record<string, (situation: FailureSituation) => Explanation>>;

const textIn = (explanations: Explanations, code: string) =>
  Object.hasOwn(explanations, code) ? explanations[code] : undefined;

/** Calls that only datagram sockets make tell themselves apart in the same way. */
function ofDatagrams(message: string, { failures }: Texts): Explanations {
  if (/^(send|recvmsg) E/.test(message)) return failures.sending;
  return /^(add|drop)(SourceSpecific)?Membership E|^setMulticastInterface E/.test(message)
    ? failures.groups
    : {};
}

// Node begins messages so: `connect ECONNREFUSED 127.0.0.1:9`. A listener's bind is called `listen`, a client's `bind`.
const calls: Partial<Record<string, During>> = {
  getaddrinfo: 'resolving',
  bind: 'connecting',
  connect: 'connecting',
  listen: 'listening',
  read: 'open',
  write: 'open',
  shutdown: 'open',
};

function duringOf(message: string): During | null {
  const call = /^([a-z]+) E[A-Z]/.exec(message)?.[1];
  return (call !== undefined && Object.hasOwn(calls, call) && calls[call]) || null;
}
