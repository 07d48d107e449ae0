import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { defaultListener } from '../../shared/settings/endpoint.ts';
import { encodeRows, type Row } from '../../shared/wire/row-window.ts';
import { eventually } from '../testing/eventually.ts';
import { listening, peer, TestHost } from '../testing/host.ts';
import { closePages, openPage } from '../testing/page.ts';

/** `温度正常=23` in GBK, and what is no text of any kind. */
const gbk = Uint8Array.of(0xce, 0xc2, 0xb6, 0xc8, 0xd5, 0xfd, 0xb3, 0xa3, 0x3d, 0x32, 0x33);
const binary = Uint8Array.of(0x00, 0x01, 0x80, 0xff);
const payloads = [gbk, binary];

afterEach(closePages);

const textView = page.getByRole('textbox', { name: 'Bytes as text' });
const textAs = page.getByRole('combobox', { name: 'Text as' });
const offer = page.getByRole('button', { name: 'Show so' });
const rowAt = (row: number) => document.querySelector<HTMLElement>(`[role=row][data-row="${row}"]`)!;

async function open() {
  const host = TestHost.with(defaultListener(), listening);
  host.peers = [peer(1)];
  const rows = payloads.map((preview, row): Row => ({
    row,
    sequence: row,
    time: 1000 + row,
    previousTime: 1000,
    kind: 'received',
    connection: 1,
    peer: '127.0.0.1:50001',
    length: preview.length,
    preview,
    frame: null,
  }));
  const asked: unknown[] = [];
  host.more = {
    openView: (_, { encodings }) => {
      asked.push(encodings);
      return { id: asked.length, rows: rows.length, scanned: 0, total: 0, begun: 0, failure: null };
    },
    rows: (_, from, count) => encodeRows(rows.slice(from, from + count)),
    rowOf: (_, sequence) => sequence,
    payload: (_, sequence, offset, length) => payloads[sequence]!.slice(offset, offset + length),
    record: (_, sequence) => {
      const { time, previousTime, kind, connection, length } = rows[sequence]!;
      const info = { sequence, time, previousTime, kind, connection, length, before: new Uint8Array(0) };
      return { ...info, detail: null, opening: null, openingTime: null };
    },
  };
  await openPage(host);
  await eventually(() => expect(rowAt(0)).not.toBeNull());
  return { host, asked };
}

test('bytes that look like another encoding offer it, and are shown so when somebody says so', async () => {
  const { host, asked } = await open();
  await userEvent.click(rowAt(0));
  await expect.element(page.getByText('Looks like GBK')).toBeVisible();
  await expect.element(textAs).toHaveValue('all utf-8');
  await offer.click();
  await expect.element(textView).toHaveTextContent('温度正常=23');
  await eventually(() => expect(rowAt(0).textContent).toContain('温度正常=23'));
  await expect.element(textAs).toHaveValue('own gbk');
  expect(host.endpoints[0]!.settings.encodings).toEqual({
    ...{ sent: 'utf-8', received: 'utf-8' },
    own: [{ connection: 1, way: 'received', encoding: 'gbk' }],
  });
  expect(asked.at(-1)).toMatchObject({ own: [{ encoding: 'gbk' }], carries: true });
  await expect.element(offer).not.toBeInTheDocument();

  await textAs.selectOptions('all utf-8');
  await eventually(() => expect(rowAt(0).textContent).not.toContain('温度'));
  await expect.element(offer).toBeVisible();
  expect(host.endpoints[0]!.settings.encodings.own).toEqual([]);
});

test('bytes that are no text offer nothing', async () => {
  await open();
  await userEvent.click(rowAt(1));
  await expect.element(textAs).toBeVisible();
  await expect.element(offer).not.toBeInTheDocument();
});

test('the text of a peer is shown in an encoding by its menu, both ways, and as of all others again', async () => {
  const { host } = await open();
  const menuOf = async () => {
    await page.getByRole('button', { name: 'More for 127.0.0.1:50001' }).click();
    await page.getByRole('menuitem', { name: 'Text as' }).click();
  };
  await menuOf();
  await page.getByRole('menuitemcheckbox', { name: 'Big5' }).click();
  await eventually(() =>
    expect(host.endpoints[0]!.settings.encodings.own).toEqual([
      { connection: 1, way: 'sent', encoding: 'big5' },
      { connection: 1, way: 'received', encoding: 'big5' },
    ]),
  );
  await page.getByRole('menuitemcheckbox', { name: 'As of all others (UTF-8)' }).click();
  await eventually(() => expect(host.endpoints[0]!.settings.encodings.own).toEqual([]));
});
