import { expect, test } from 'vitest';
import { parse } from '../../shared/payload/payload.ts';
import { packTokens, unpackTokens } from './packed-tokens.ts';

test('tokens are the same when they are unpacked', () => {
  const { tokens } = parse({ mode: 'text', text: 'a\\n{{counter}}\\x41' });
  expect(tokens).toHaveLength(3);
  expect(unpackTokens(packTokens(tokens))).toEqual(tokens);
});
