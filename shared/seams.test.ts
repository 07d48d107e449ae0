/** Each seam takes a member that is made here, and nothing else is changed for it. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import {
  choice,
  completed,
  group,
  initialOf,
  number,
  optionsIn,
  problemsIn,
  toggle,
} from './settings/field.ts';
import { found } from './settings/field-problem.ts';
import { clientSettings } from './settings/settings.ts';
import type { Capabilities } from './settings/transports.ts';

const serial = group(
  {
    baud: number(9600, { min: 50, max: 4_000_000 }, { panel: 'general' }),
    parity: choice(['none', 'even', 'odd'], { panel: 'general' }),
    flow: toggle(false, { panel: 'timeouts', needs: 'parity' }),
  },
  { check: ({ baud, flow }) => (flow && baud < 300 ? [{ ...found('number-range'), at: 'baud' }] : []) },
);

test('a settings group says by its entries what is its default, its shape, its bounds and its options', () => {
  const port = group({ serial });
  const usual: v.InferOutput<typeof port> = initialOf(port);
  expect(usual).toEqual({ serial: { baud: 9600, parity: 'none', flow: false } });
  expect(v.is(port, usual)).toBe(true);
  for (const wrong of [
    {},
    { serial: { ...usual.serial, other: 1 } },
    { serial: { ...usual.serial, parity: 'x' } },
  ])
    expect(v.is(port, wrong)).toBe(false);
  expect(problemsIn(port, usual)).toEqual([]);
  expect(problemsIn(port, { serial: { baud: 5, parity: 'x', flow: true } })).toMatchObject([
    { field: 'serial.baud', code: 'number-range', min: 50, max: 4_000_000 },
    { field: 'serial.parity', code: 'choice-unknown' },
    { field: 'serial.baud', code: 'number-range', min: null },
  ]);
  expect(optionsIn(port).map(({ path, needs }) => [path, needs])).toEqual([
    ['serial.baud', null],
    ['serial.parity', null],
    ['serial.flow', 'serial.parity'],
  ]);
});

test('what an earlier version kept has the default of a field that came later', () => {
  expect(completed(group({ serial }), { serial: { baud: 300 } })).toEqual({
    serial: { baud: 300, parity: 'none', flow: false },
  });
  expect(completed(group({ serial }), { serial: 'text' })).toEqual({ serial: 'text' });
});

test('a transport has its options by what it can', () => {
  const line: Capabilities = {
    ...{ hasConnections: true, hasBoundaries: false, canPause: true },
    ...{ hasPath: true, isSecured: false, protocol: null },
  };
  const optionsOf = (transport: Capabilities) =>
    optionsIn(clientSettings)
      .filter(({ option }) => option.of?.('client', transport) ?? true)
      .map(({ path }) => path);
  expect(optionsOf(line)).toEqual([
    'startsWithApp',
    'captureLimitMiB',
    'encodings.received',
    'encodings.sent',
    'connectTimeoutMs',
    'afterPeerFinishes',
    'reconnect.enabled',
    'reconnect.delayMs',
    'reconnect.growth',
    'reconnect.maxDelayMs',
    'options.idleTimeoutMs',
    'options.onIdle',
  ]);
  expect(optionsOf({ ...line, isSecured: true })).toContain('tls.servername');
});
