import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { RecordInfo } from '../../shared/contract.ts';
import { emptyLayout, type Layout } from '../../shared/layout.ts';
import { defaultListener } from '../../shared/settings/endpoint.ts';
import { eventually } from '../testing/eventually.ts';
import { listening, TestHost } from '../testing/host.ts';
import { closePages, openPage } from '../testing/page.ts';

afterEach(closePages);

const id = 'e0123456789ab';
const encoder = new TextEncoder();
const said: Record<number, { kind: 'sent' | 'received'; text: string }> = {
  4: { kind: 'received', text: '{"fw":"2.14","n":1,"sent":"2026-11-28T14:01:02Z"}' },
  9: { kind: 'received', text: '{"fw":"2.15","n":1,"sent":"2026-11-28T14:02:02Z"}' },
  11: { kind: 'sent', text: 'alpha' },
  12: { kind: 'sent', text: 'beta' },
  13: { kind: 'received', text: 'never' },
  21: { kind: 'sent', text: 'alphaBeta' },
};

/** A tab that compares two of them, by its name. */
async function openTab(of: string, layout: Partial<Layout> = {}) {
  const host = TestHost.with({ ...defaultListener(), name: 'lab' }, listening);
  host.endpoints = [{ id, settings: host.endpoints[0]!.settings }];
  host.layout = { ...emptyLayout, openTabs: [`compare:${of}`], activeTab: `compare:${of}`, ...layout };
  host.more = {
    record: (_, sequence) => {
      const { kind, text } = said[sequence]!;
      const time = Date.UTC(2026, 10, 20, 14, 2, 11) + sequence;
      const about: RecordInfo = {
        ...{ sequence, time, previousTime: time - 1, kind, connection: 1, length: text.length },
        ...{ before: new Uint8Array(0), detail: null, opening: null, openingTime: time - 5 },
      };
      return about;
    },
    payload: (_, sequence, at, count) => encoder.encode(said[sequence]!.text).slice(at, at + count),
  };
  const app = await openPage(host);
  return { app, host };
}

const status = page.getByRole('tabpanel').getByRole('status');
const fields = page.getByRole('region', { name: 'Fields that differ' });
const rows = page.getByRole('region', { name: 'Both, byte beside byte' });
const rowsOf = (region: typeof fields) =>
  [...region.element().querySelectorAll('tr')].map((row) => row.textContent.replaceAll(/\s+/g, ' ').trim());
const two = `${id}/r4~${id}/r9`;

describe('a comparison', () => {
  test('says how many places differ, which fields do, and when both came', async () => {
    await openTab(two);
    await expect.element(page.getByRole('heading', { name: 'Compare #4 with #9' })).toBeVisible();
    await expect.element(status).toHaveTextContent('2 differences, 2 bytes');
    expect(rowsOf(fields)).toEqual([
      expect.stringMatching(/^fw ?2\.14 ?2\.15/),
      expect.stringMatching(/^sent ?2026/),
    ]);
    await expect
      .element(page.getByRole('region', { name: 'Timing' }))
      .toHaveTextContent('From A to B 5.0 ms');
  });

  test('passes over what a person says, for all comparisons of the endpoint, until the chip is closed', async () => {
    const { host } = await openTab(two);
    const rule = page.getByRole('textbox', { name: 'Ignore this too' });
    await rule.fill('nothing');
    await expect.element(rule).toHaveAttribute('aria-invalid', 'true');
    for (const each of ['times', 'field:fw', 'times']) {
      await rule.fill(each);
      await userEvent.keyboard('{Enter}');
    }
    await expect.element(status).toHaveTextContent('No difference');
    await eventually(() =>
      expect(host.layout.compared).toEqual({ [id]: { as: null, ignore: ['times', 'field:fw'] } }),
    );
    await page.getByRole('button', { name: 'Ignore field:fw no more' }).click();
    await expect.element(status).toHaveTextContent('1 difference, 1 byte');
  });

  test('has the rules and the decoder that were chosen before', async () => {
    const compared = { [id]: { as: 'resp' as const, ignore: ['bytes:0..999'] } };
    const { host } = await openTab(two, { compared });
    await expect.element(status).toHaveTextContent('No difference');
    const as = fields.getByRole('combobox', { name: 'As what they are read' });
    await expect.element(as).toHaveValue('resp');
    await as.selectOptions('json');
    await eventually(() => expect(host.layout.compared[id]?.as).toBe('json'));
    await eventually(() => expect(rowsOf(fields)[0]).toMatch(/^fw/));
  });

  test('is about a part of the bytes where that was chosen', async () => {
    await openTab(`${id}/r4@7-11~${id}/r9@7-11`);
    await expect
      .element(page.getByRole('heading', { name: 'Compare #4 [7–10] with #9 [7–10]' }))
      .toBeVisible();
    await expect.element(status).toHaveTextContent('1 difference, 1 byte');
    await expect.element(rows).toHaveTextContent('2.14');
    await expect.element(rows).not.toHaveTextContent('fw');
  });

  test('joins several records of one direction', async () => {
    await openTab(`${id}/s11+13+12~${id}/s21`);
    await expect
      .element(page.getByRole('heading', { name: 'Compare 3 parts from #11 with bytes from #21' }))
      .toBeVisible();
    // alphabeta beside alphaBeta.
    await expect.element(status).toHaveTextContent('1 difference, 1 byte');
    await page.getByRole('radio', { name: 'Received' }).click({ force: true });
    await expect.element(status).toHaveTextContent('1 difference, 5 bytes');
  });

  test('compares one record with several joined in the direction that those have', async () => {
    await openTab(`${id}/r21~${id}/s11+13+12`);
    await expect.element(status).toHaveTextContent('1 difference, 1 byte');
  });

  test.each([720, 1280, 1330])('has all bytes of a row in sight in a window %i wide', async (width) => {
    await openTab(two);
    await page.viewport(width, 450);
    const isCut = () =>
      [...document.querySelectorAll('.side')].some((side) => side.scrollWidth > side.clientWidth);
    for (const view of ['Text', 'Bytes']) {
      await page.getByRole('radio', { name: view }).click({ force: true });
      await eventually(() => expect(isCut()).toBe(false));
    }
  });

  test('goes from one difference to the next by keys', async () => {
    await openTab(two);
    await expect.element(page.getByText('0 of 2')).toBeVisible();
    (rows.element() as HTMLElement).focus();
    for (const [key, place] of [
      ['n', '1 of 2'],
      ['n', '2 of 2'],
      ['n', '1 of 2'],
      ['p', '2 of 2'],
    ] as const) {
      await userEvent.keyboard(key);
      await expect.element(page.getByText(place)).toBeVisible();
    }
  });

  test('says so where the log has it no more', async () => {
    await openTab(`${id}/r4~${id}/r99`);
    await expect.element(status).toHaveTextContent('not in the log any more');
  });
});
