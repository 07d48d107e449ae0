import { expect, test } from 'vitest';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import type { EndpointSettings, Transport } from '../../shared/settings/settings.ts';
import { withValue } from '../../shared/settings/paths.ts';
import { factsOf } from '../../shared/settings/field.ts';
import { isChanged, optionGroups, ownViews, withDefaults, wordsOf } from './option-paths.ts';

const transports: Transport[] = ['tcp', 'tls', 'udp', 'unix'];
const endpoints = (): EndpointSettings[] =>
  transports.flatMap((transport) => [
    { ...defaultListener(), transport },
    { ...defaultClient(), transport },
  ]);
const groupNames = (settings: EndpointSettings) => optionGroups(settings).map(({ name }) => name);

test('a new endpoint has no changed options', () => {
  for (const settings of endpoints())
    for (const { all } of optionGroups(settings))
      expect(
        all.filter((path) => isChanged(settings, path)),
        settings.transport,
      ).toEqual([]);
});

test('each changed option is told, and goes back alone', () => {
  for (const settings of endpoints())
    for (const { all } of optionGroups(settings))
      for (const path of all) {
        const changed = withValue(settings, path, 'another');
        expect(isChanged(changed, path), path).toBe(true);
        expect(withDefaults(changed, [path])).toEqual(settings);
      }
});

test('an option stands in one group, and one that is hidden counts only when its group is reset', () => {
  for (const settings of endpoints()) {
    const all = optionGroups(settings).flatMap((group) => group.all);
    expect(new Set(all).size).toBe(all.length);
  }
  const tcp = optionGroups(defaultListener()).find(({ name }) => name === 'tcp')!;
  expect(tcp.all).toContain('options.keepAliveDelayMs');
  expect(tcp.shown.map(({ path }) => path)).not.toContain('options.keepAliveDelayMs');
});

test('the groups are those of the transport and the role', () => {
  expect(groupNames({ ...defaultClient(), transport: 'tls' })).toEqual([
    'general',
    'tls',
    'timeouts',
    'tcp',
    'proxy',
  ]);
  expect(groupNames(defaultListener())).toEqual(['general', 'timeouts', 'tcp']);
  expect(groupNames({ ...defaultListener(), transport: 'unix' })).toEqual(['general', 'timeouts']);
});

test('an option has its words, and each of its choices too, where no view of its own has them', () => {
  for (const settings of endpoints())
    for (const { shown } of optionGroups(withAllShown(settings)))
      for (const { path, schema } of shown.filter((each) => !ownViews.has(each.path))) {
        const { label, hint, choices = {} } = wordsOf(path, settings.role);
        expect(label, path).not.toBe(path);
        expect(hint, path).toMatch(/\.$/);
        expect(Object.keys(choices).sort(), path).toEqual([...(factsOf(schema).choices ?? [])].sort());
      }
});

const withAllShown = (settings: EndpointSettings): EndpointSettings => {
  const changed = { ...settings, options: { ...settings.options, keepAlive: true, idleTimeoutMs: 1 } };
  if (changed.role === 'listener') return changed;
  const { reconnect, proxy } = changed;
  return { ...changed, reconnect: { ...reconnect, enabled: true }, proxy: { ...proxy, kind: 'http' } };
};
