/** The proxy that a client goes through. */
import type * as v from 'valibot';
import { choice, group, initialOf, number, type Option, text } from './field.ts';
import { hostProblems, tooLong, type Found } from './field-problem.ts';

/** RFC 1929: a SOCKS5 user name or password has at most 255 bytes. */
const mostCredentials = 255;

const kind: Option = { panel: 'proxy', of: (role, { protocol }) => role === 'client' && protocol === 'tcp' };
const option: Option = { ...kind, needs: 'kind' };

const credentialProblems = (text: string): Found[] =>
  new TextEncoder().encode(text).length > mostCredentials ? [{ ...tooLong('', mostCredentials) }] : [];

export const proxy = group(
  {
    kind: choice(['none', 'socks5', 'http'], kind),
    host: text(1000, { initial: '127.0.0.1', check: hostProblems, option: { ...option, text: 'host' } }),
    port: number(1080, { min: 1, max: 65_535 }, option),
    /** '' = without authentication. */
    username: text(1000, { check: credentialProblems, option }),
    password: text(1000, { check: credentialProblems, option: { ...option, text: 'secret' } }),
  },
  { counts: ({ kind }) => kind !== 'none' },
);
export type ProxySettings = v.InferOutput<typeof proxy>;
export const defaultProxy = (): ProxySettings => initialOf(proxy);
