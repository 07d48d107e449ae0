import { describe, expect, it } from 'vitest';
import { parseMessage } from '../payload/payload.ts';
import { checkSettings } from '../settings/endpoint.ts';
import { utf8 } from '../testing/bytes.ts';
import {
  commandLines,
  herculesText,
  packetSettings,
  packetsIni,
  packetsJson,
  sokitText,
} from '../testing/foreign-files.ts';
import { fastest } from '../testing/fastest.ts';
import { mutated } from '../testing/mutated.ts';
import { Chance } from '../testing/random.ts';
import { describeRefusal } from '../texts/describe-refusal.ts';
import { mostMessages } from '../saved-messages.ts';
import { exportMessages } from './exporters.ts';
import { importFormats, readImport, type ImportFormat } from './importers.ts';

const own = exportMessages('socketscope', readImport(utf8(packetsJson))).text;
const ownEndpoints = exportMessages('socketscope', readImport(utf8(commandLines))).text;

const files: Record<ImportFormat, string[]> = {
  socketscope: [own, ownEndpoints],
  'packetsender-json': [packetsJson],
  'packetsender-ini': [packetsIni, packetSettings],
  commands: [commandLines],
  hercules: [herculesText],
  sokit: [sokitText],
  raw: [herculesText],
};

/** Longest time that one file may take, in milliseconds. */
const mostMs = 1000;

describe.each(importFormats)('5,000 mutated files of %s', (as) => {
  it('are a clear error or a right import, each within a second', { timeout: 240_000 }, () => {
    const chance = new Chance(importFormats.indexOf(as) + 1);
    const originals = files[as].map((text) => utf8(text));
    let readable = 0;
    for (let count = 0; count < 5000; count++) {
      const bytes = mutated(chance, chance.of(originals));
      const start = Date.now();
      const brought = readImport(bytes, { name: 'a file', as });
      const { messages, endpoints, refused, isReadable } = brought;
      if (isReadable) readable++;
      else expect([messages.length, endpoints.length, refused.length]).toEqual([0, 0, 1]);
      expect(messages.length).toBeLessThanOrEqual(mostMessages);
      for (const refusal of refused) expect(describeRefusal(refusal)).toMatch(/^[^\n]{5,400}$/);
      for (const settings of endpoints) expect(checkSettings(settings)).toEqual([]);
      if (as !== 'socketscope')
        expect(messages.flatMap(({ written }) => parseMessage(written).problems)).toEqual([]);
      if (count % 8 === 0 && messages.length + endpoints.length > 0) {
        const again = readImport(utf8(exportMessages('socketscope', brought).text));
        expect(again.messages).toEqual(messages);
        expect(again.endpoints).toEqual(endpoints);
        const out = exportMessages('packetsender', brought);
        const gone = out.refused
          .filter(({ code }) => code !== 'export-endpoint')
          .reduce((sum, each) => sum + each.count, 0);
        if (gone < messages.length)
          expect(readImport(utf8(out.text), { as: 'packetsender-json' }).messages.length).toBe(
            messages.length - gone,
          );
      }
      // Or the machine stood still.
      if (Date.now() - start >= mostMs)
        expect(fastest(mostMs, () => void readImport(bytes, { as }))).toBeLessThan(mostMs);
    }
    expect(readable).toBeGreaterThan(250);
  });
});
