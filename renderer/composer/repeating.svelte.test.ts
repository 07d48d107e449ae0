import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { RepeatJob } from '../../shared/contract.ts';
import { emptyDraft } from '../../shared/drafts.ts';
import { usualRepeat, type RepeatFacts } from '../../shared/repeat.ts';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { eventually } from '../testing/eventually.ts';
import { connected, idle, listening, peer, TestHost } from '../testing/host.ts';
import { closePages, openPage } from '../testing/page.ts';

const message = page.getByRole('textbox', { name: 'Message', exact: true });
const form = page.getByRole('dialog', { name: 'Send again and again' });
const line = page.getByRole('group', { name: 'Repeat' });
const start = form.getByRole('button', { name: 'Start' });
const asked = (host: TestHost, name: string) =>
  host.asked.filter((each) => each.name === name).map(({ args }) => args);

async function openForm(): Promise<void> {
  await page.getByRole('button', { name: 'More to send' }).click();
  await page.getByRole('menuitem', { name: 'Repeat…' }).click();
  await expect.element(form.getByRole('textbox', { name: 'Every' })).toHaveFocus();
}

const jobOf = (facts: Partial<RepeatFacts> = {}, times: number | null = 5000): RepeatJob => ({
  ...{ id: 7, kind: 'repeat', endpoint: 'lab', done: 1234, total: times ?? 0, failure: null },
  repeat: {
    ...{
      said: 'tick',
      plan: { ...usualRepeat, everyMs: 100, times },
      target: 'all',
      remote: null,
      length: 4,
      sent: 1234,
      waiting: 0,
      failed: 0,
    },
    ...{ leftOut: 0, perSecond: 10, lateP99Ms: 0.4, isBehind: false, ended: null, ...facts },
  },
});

afterEach(closePages);

test('the form says what of it cannot be, starts with what it says by Enter, and is there again', async () => {
  const host = TestHost.with(defaultClient(), connected);
  await openPage(host);
  await message.fill('tick {{counter}}');
  await openForm();
  await form.getByRole('textbox', { name: 'Every' }).fill('1.5 s');
  await form.getByRole('textbox', { name: 'Jitter, up to' }).fill('2 s');
  await form.getByRole('textbox', { name: 'Times' }).fill('0');
  await userEvent.keyboard('{Enter}');
  await expect.element(form).toHaveTextContent('Write milliseconds from 0 to the time from one message');
  await expect.element(form).toHaveTextContent('Write a whole number from 1 to 1,000,000,000.');
  expect(asked(host, 'startRepeat')).toEqual([]);
  await form.getByRole('textbox', { name: 'Jitter, up to' }).fill('20');
  await form.getByRole('checkbox', { name: 'Stop at the first failure' }).click();
  await form.getByRole('textbox', { name: 'Times' }).fill('5000');
  await userEvent.keyboard('{Enter}');
  const plan = { everyMs: 1500, jitterMs: 20, times: 5000, stopsOnFailure: true, joins: false };
  const written = { mode: 'text', text: 'tick {{counter}}', lineEnd: 'none', encoding: 'utf-8' };
  await eventually(() => expect(asked(host, 'startRepeat')).toEqual([['lab', 'all', written, plan]]));
  await expect.element(message).toHaveTextContent('tick {{counter}}');
  await expect.element(message).toHaveFocus();
  await eventually(() => expect(host.drafts['lab']).toMatchObject({ repeat: plan }));
  await openForm();
  await expect.element(form.getByRole('textbox', { name: 'Every' })).toHaveValue('1.5 s');
  await expect.element(form.getByRole('textbox', { name: 'Times' })).toHaveValue('5000');
  await userEvent.keyboard('{Escape}');
  await expect.element(form).not.toBeInTheDocument();
});

test('messages are joined only where there is a stream, and as fast as it goes', async () => {
  const host = TestHost.with(defaultClient(), connected);
  await openPage(host);
  await message.fill('x');
  await openForm();
  const joins = form.getByRole('checkbox', { name: 'Join many into one write' });
  await expect.element(joins).not.toBeInTheDocument();
  await form.getByRole('textbox', { name: 'Every' }).fill('0');
  await userEvent.keyboard('{Tab}');
  await joins.click();
  await start.click();
  const plan = { ...usualRepeat, everyMs: 0, joins: true };
  await eventually(() => expect(asked(host, 'startRepeat')[0]![3]).toEqual(plan));
});

test('the keys begin it as it was repeated last, to whom the message goes, and stop it', async () => {
  const host = TestHost.with({ ...defaultListener(), transport: 'udp' }, listening);
  host.peers = [peer(1)];
  const repeat = { ...usualRepeat, everyMs: 250 };
  host.drafts = { lab: { ...emptyDraft, draft: 'abc', repeat } };
  await openPage(host);
  await message.click();
  await userEvent.keyboard('{Control>}{Shift>}{Enter}{/Shift}{/Control}');
  const bytes = new Uint8Array([97, 98, 99]);
  await eventually(() => expect(asked(host, 'startRepeat')).toEqual([['lab', [1], bytes, repeat]]));
  host.jobs = [jobOf()];
  await host.summarize();
  await expect.element(line).toBeVisible();
  await userEvent.keyboard('{Escape}');
  expect(asked(host, 'cancelJob')).toEqual([]);
  await message.click();
  await userEvent.keyboard('{Control>}{Shift>}{Enter}{/Shift}{/Control}');
  await eventually(() => expect(asked(host, 'cancelJob')).toEqual([[7]]));
  expect(asked(host, 'startRepeat')).toHaveLength(1);
});

test('one line tells how it goes, moves nothing, and then how it ended', async () => {
  const host = TestHost.with(defaultClient(), connected);
  host.jobs = [jobOf()];
  await openPage(host);
  await host.summarize();
  const text = () => line.element().textContent.replace(/\s+/g, ' ').trim();
  await expect
    .poll(text)
    .toBe('⟳ every 100 ms 1,234 of 5,000 sent 10.0/s p99 late 0.4 ms 0 failed tick Stop');
  const place = (what: string) => line.getByText(what).element().getBoundingClientRect().x;
  const before = place('0 failed');
  host.jobs = [jobOf({ sent: 9, perSecond: 9.9, lateP99Ms: 12.1 })];
  await host.summarize();
  await expect.element(line).toHaveTextContent('9 of 5,000 sent');
  expect(place('0 failed')).toBe(before);
  host.jobs = [jobOf({ failed: 3, waiting: 40, leftOut: 12, isBehind: true, target: [1, 2] })];
  await host.summarize();
  await expect.poll(text).toContain('✕ 3 failed 40 queued ⚠ 12 left out ⚠ cannot keep up tick Stop');
  await line.getByRole('button', { name: 'Stop repeating' }).click();
  await eventually(() => expect(asked(host, 'cancelJob')).toEqual([[7]]));
  host.jobs = [{ ...jobOf({ ended: 'gone', sent: 1300 }, null) }];
  await host.summarize();
  await expect
    .poll(text)
    .toContain('Repeat ended, because nobody is left who takes it every 100 ms 1,300 sent');
  await line.getByRole('button', { name: 'Dismiss' }).click();
  await eventually(() => expect(asked(host, 'cancelJob')).toHaveLength(2));
  host.jobs = [];
  await host.summarize();
  await expect.element(line).not.toBeInTheDocument();
});

test('at a server the line says to whom it goes, by the name that the peer has', async () => {
  const peerNames = [{ address: '10.0.0.7', name: 'plc-7' }];
  const host = TestHost.with({ ...defaultListener(), peerNames }, listening);
  const remote = { host: '10.0.0.7', port: 5000, family: 'IPv4' } as const;
  host.jobs = [
    { ...jobOf({ target: [1], remote }), id: 1 },
    { ...jobOf({ target: [1], remote: { ...remote, host: '10.0.0.8' } }), id: 2 },
    { ...jobOf({ target: [1, 2] }), id: 3 },
    { ...jobOf({ target: 'all' }), id: 4 },
  ];
  await openPage(host);
  await expect.element(line.first()).toBeVisible();
  const whom = line.elements().map((each) => each.querySelector('.muted')!.textContent);
  expect(whom).toEqual(['plc-7', '10.0.0.8:5000', '2 peers', 'all'].map((to) => `every 100 ms to ${to}`));
});

test('in a small window it is told and stopped in the status bar', async () => {
  const host = TestHost.with(defaultClient(), connected);
  host.jobs = [jobOf()];
  await openPage(host);
  await expect.element(line).toBeVisible();
  expect(line.element().closest('footer')).toBeNull();
  await page.viewport(640, 450);
  await eventually(() => expect(line.element().closest('footer')).not.toBeNull());
  await line.getByRole('button', { name: 'Stop repeating' }).click();
  await eventually(() => expect(asked(host, 'cancelJob')).toEqual([[7]]));
});

test('it cannot begin without a connection, and says why', async () => {
  await openPage(TestHost.with(defaultClient(), idle));
  await message.fill('x');
  await openForm();
  await expect.element(start).toBeDisabled();
  await expect.element(form).toHaveTextContent('Not connected yet.');
});
