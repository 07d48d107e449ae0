import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { ManyJob } from '../../shared/contract.ts';
import { usualMany, type ManyFacts } from '../../shared/many.ts';
import { usualRepeat } from '../../shared/repeat.ts';
import { defaultClient } from '../../shared/settings/endpoint.ts';
import { eventually } from '../testing/eventually.ts';
import { connected, idle, TestHost } from '../testing/host.ts';
import { closePages, openPage } from '../testing/page.ts';

const message = page.getByRole('textbox', { name: 'Message', exact: true });
const form = page.getByRole('dialog', { name: 'Connect many' });
const line = page.getByRole('group', { name: 'Many connections' });
const field = (name: string) => form.getByRole('textbox', { name });
const asked = (host: TestHost, name: string) =>
  host.asked.filter((each) => each.name === name).map(({ args }) => args);

async function openForm(): Promise<void> {
  await page.getByRole('button', { name: 'Other ways to begin' }).click();
  await page.getByRole('menuitem', { name: 'Connect many…' }).click();
  await expect.element(field('Connections')).toHaveFocus();
}

const refused = { code: 'ECONNREFUSED', message: '', subject: '10.0.0.7:9000' };
const jobOf = (facts: Partial<ManyFacts> = {}): ManyJob => ({
  ...{ id: 7, kind: 'many', endpoint: 'lab', done: 100, total: 100, failure: null },
  many: {
    ...{ plan: usualMany, begun: 100, opened: 95, connecting: 2, open: 95, closed: 0, failed: 3, givenUp: 0 },
    causes: [{ failure: refused, during: 'connecting', count: 3 }],
    connectMs: { least: 0.3, p50: 2.1, p95: 9, p99: 11, most: 12 },
    ...{
      sent: 95,
      waiting: 0,
      notSent: 0,
      leftOut: 0,
      sentBytes: 950,
      receivedBytes: 0,
      ended: null,
      ...facts,
    },
  },
});

afterEach(closePages);

test('the form says what cannot be, and begins with what it says, the message made for each', async () => {
  const host = TestHost.with(defaultClient(), idle);
  await openPage(host);
  await openForm();
  await expect.element(form).toHaveTextContent('Write a message first');
  await field('Connections').fill('20000');
  await field('Begin within').fill('soon');
  await userEvent.keyboard('{Enter}');
  await expect.element(form).toHaveTextContent('Write a whole number from 1 to 10,000.');
  await expect.element(form).toHaveTextContent('Write seconds from 0, which is all at once');
  expect(asked(host, 'startMany')).toEqual([]);
  await field('Connections').fill('2,000');
  await field('Begin within').fill('10');
  await field('Then stay for').fill('60 s');
  await userEvent.keyboard('{Enter}');
  const plan = { clients: 2000, rampMs: 10_000, holdMs: 60_000 };
  await eventually(() => expect(asked(host, 'startMany')).toEqual([['lab', plan, null, null]]));
  await message.fill('hi {{counter}}');
  await openForm();
  await expect.element(field('Connections')).toHaveValue('2000');
  await form.getByRole('checkbox', { name: 'Again and again' }).click();
  await field('Times').fill('5');
  await form.getByRole('button', { name: 'Connect' }).click();
  const written = { mode: 'text', text: 'hi {{counter}}', lineEnd: 'none', encoding: 'utf-8' };
  const repeat = { ...usualRepeat, times: 5 };
  await eventually(() => expect(asked(host, 'startMany')[1]).toEqual(['lab', plan, written, repeat]));
  await expect.element(form).not.toBeInTheDocument();
});

test('what the engine cannot do stands at its field, and the form stays open until it can', async () => {
  const host = TestHost.with(defaultClient(), idle);
  const why = { name: 'too-many-clients', most: 500 } as const;
  host.failure = { code: 'INVALID_ARGUMENT', message: '', subject: 'clients', why };
  await openPage(host);
  await openForm();
  await field('Connections').fill('600');
  await userEvent.keyboard('{Enter}');
  await expect.element(field('Connections')).toHaveAccessibleDescription(/500 connections at once/);
  await expect.element(page.getByText('cannot be used')).not.toBeInTheDocument();
  host.failure = null;
  await field('Connections').fill('400');
  await userEvent.keyboard('{Enter}');
  await expect.element(form).not.toBeInTheDocument();
  expect(asked(host, 'startMany')).toHaveLength(1);
});

test('it needs a client that is not connected, and says so', async () => {
  await openPage(TestHost.with(defaultClient(), connected));
  await page.getByRole('button', { name: 'More to send' }).click();
  await page.getByRole('menuitem', { name: 'Connect many…' }).click();
  await expect.element(form).toHaveTextContent('Disconnect first.');
  await expect.element(form.getByRole('button', { name: 'Connect' })).toBeDisabled();
});

test('a line tells how many are open and have failed, its details why and how long it took', async () => {
  const host = TestHost.with(defaultClient(), connected);
  host.jobs = [jobOf()];
  await openPage(host);
  await host.summarize();
  const text = () => line.element().textContent.replace(/\s+/g, ' ').trim();
  await expect.poll(text).toBe('⇉ 95 of 100 open 2 connecting ✕ 3 failed half in 2.1 ms Details Stop');
  await line.getByRole('button', { name: 'Details' }).click();
  await expect.element(line).toHaveTextContent('min 0.3 ms, p50 2.1 ms, p95 9.0 ms, p99 11 ms, max 12 ms');
  await expect.element(line).toHaveTextContent('3 × 10.0.0.7:9000 refused the connection');
  await line.getByRole('button', { name: 'Stop all connections' }).click();
  await eventually(() => expect(asked(host, 'cancelJob')).toEqual([[7]]));
  host.jobs = [jobOf({ ended: 'held', open: 0, closed: 97, opened: 97, connecting: 0 })];
  await host.summarize();
  await expect.poll(text).toContain('Their time was over 97 of 100 were open ✕ 3 failed');
  await line.getByRole('button', { name: 'Dismiss' }).click();
  await eventually(() => expect(asked(host, 'cancelJob')).toHaveLength(2));
});

test('in a small window it is told and stopped in the status bar', async () => {
  const host = TestHost.with(defaultClient(), connected);
  host.jobs = [jobOf()];
  await openPage(host);
  await page.viewport(640, 450);
  await eventually(() => expect(line.element().closest('footer')).not.toBeNull());
  await line.getByRole('button', { name: 'Stop all connections' }).click();
  await eventually(() => expect(asked(host, 'cancelJob')).toEqual([[7]]));
});
