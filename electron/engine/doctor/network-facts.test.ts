import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { networkFacts, resolveName } from './network-facts.ts';

describe('network facts', () => {
  it('name every address of this machine once', async () => {
    const { interfaces, hostName, omittedSockets } = await networkFacts([], 3);
    const found = interfaces.flatMap(({ addresses }) => addresses.map(({ host }) => host));
    const all = Object.values(networkInterfaces()).flatMap((list = []) => list.map(({ address }) => address));
    expect(found).toEqual(all);
    expect(hostName).not.toBe('');
    expect(omittedSockets).toBe(3);
  });
});

describe('a name', () => {
  it('is asked of the system and of DNS, each with its own time and code', async () => {
    const answers = await resolveName('localhost');
    expect(answers.map(({ question }) => question)).toEqual(['system', 'A', 'AAAA']);
    expect(answers[0]).toMatchObject({ code: null });
    expect(answers[0]!.answers.some((address) => address === '127.0.0.1' || address === '::1')).toBe(true);
    for (const { durationMs } of answers) expect(durationMs).toBeGreaterThanOrEqual(0);
  });

  it('that does not exist has a code for each question', async () => {
    for (const { code, answers } of await resolveName('name.invalid')) {
      expect(code).not.toBeNull();
      expect(answers).toEqual([]);
    }
  });

  it('that is an address is its own answer', async () => {
    expect(await resolveName('::1')).toMatchObject([{ question: 'system', answers: ['::1'], code: null }]);
  });
});
