import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { SequenceEachJob, SequenceJob } from '../../shared/contract.ts';
import { unnamed } from '../../shared/saved-messages.ts';
import type { StepRun } from '../../shared/sequences/run.ts';
import type { PastRun } from '../../shared/sequences/saved.ts';
import type { Sequence, Step } from '../../shared/sequences/sequence.ts';
import { defaultClient } from '../../shared/settings/endpoint.ts';
import type { AppState } from '../state/app.svelte.ts';
import { eventually } from '../testing/eventually.ts';
import { connected, peer, TestHost } from '../testing/host.ts';
import { closePages, openPage } from '../testing/page.ts';

afterEach(closePages);

const grid = page.getByRole('grid', { name: 'Steps' });
const form = page.getByRole('region', { name: 'The chosen step' });
const field = (name: string) => form.getByRole('textbox', { name, exact: true });
const named = (name: string) => ({ name, onFailure: { then: 'stop', again: 0 } as const });
const talk = (name: string, text: string, expects: string): Step => ({
  ...{ ...named(name), kind: 'talk', expect: expects, withinMs: 2000, set: [] },
  send: { mode: 'text', text, lineEnd: 'none' },
});
const boot: Sequence = {
  ...{ name: 'Boot', values: [] },
  steps: [
    talk('Hello', 'hi', 'hi'),
    { ...named('Twice'), kind: 'loop', times: 2, steps: [talk('Ping', 'ping', 'pong')] },
    { ...named('Settle'), kind: 'wait', ms: 250 },
  ],
};
const cells = () =>
  [...document.querySelectorAll('[role=grid] .entry')].map((row) =>
    [...row.querySelectorAll('[role=gridcell]')].map((cell) =>
      cell.textContent.replaceAll(/\s+/g, ' ').trim(),
    ),
  );
const stepsOf = (host: TestHost) => host.sequences[0]!.sequence.steps;

async function opened(sequence: Sequence = boot): Promise<{ host: TestHost; app: AppState }> {
  const host = TestHost.with({ ...defaultClient(), name: 'plc' }, connected);
  host.peers = [peer(1)];
  host.sequences = [{ id: 's1', sequence }];
  host.layout = { ...host.layout, openTabs: ['lab', 'sequence:s1'], activeTab: 'sequence:s1' };
  const app = await openPage(host);
  await expect.element(grid).toBeVisible();
  (grid.element() as HTMLElement).focus();
  return { host, app };
}

describe('the steps of a sequence', () => {
  test('stand in a table, loops with theirs below them, and in the list of what one has', async () => {
    await opened();
    expect(cells().map(([number, , ...rest]) => [number, ...rest])).toEqual([
      ['1', 'Hello', 'hi', 'hi', '2 s', 'stop', ''],
      ['2', 'Twice', '', '2 times', '', 'stop', ''],
      ['2.1', 'Ping', 'ping', 'pong', '2 s', 'stop', ''],
      ['3', 'Settle', '', 'a pause', '250 ms', 'stop', ''],
    ]);
    await expect.element(page.getByRole('list', { name: 'Sequences' }).getByText('Boot')).toBeVisible();
    await expect.element(page.getByRole('tab', { name: 'Boot', selected: true })).toBeVisible();
  });

  test('are added, written, moved, removed and brought back by keys', async () => {
    const { host } = await opened();
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{Insert}');
    await eventually(() => expect(document.activeElement).toBe(field('Step').element()));
    await field('Step').fill('Ask');
    await field('Waits for').fill('answer');
    await field('At most').fill('2 hours');
    await userEvent.keyboard('{Enter}');
    await expect.element(form.getByRole('alert')).toHaveTextContent('A duration has a unit');
    await field('At most').fill('1.5s');
    await userEvent.keyboard('{Enter}{Escape}');
    await eventually(() =>
      expect(stepsOf(host)[1]).toMatchObject({
        steps: [{ name: 'Ping' }, { name: 'Ask', expect: 'answer', withinMs: 1500 }],
      }),
    );
    expect(document.activeElement).toBe(grid.element());
    await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}');
    await eventually(() =>
      expect(stepsOf(host).map(({ name }) => name)).toEqual(['Hello', 'Twice', 'Ask', 'Settle']),
    );
    await userEvent.keyboard('{Delete}');
    await eventually(() =>
      expect(stepsOf(host).map(({ name }) => name)).toEqual(['Hello', 'Twice', 'Settle']),
    );
    await userEvent.keyboard('{Control>}z{/Control}');
    await eventually(() => expect(stepsOf(host)[2]).toMatchObject({ name: 'Ask' }));
  });

  test('say at their place what is wrong, and are not run then', async () => {
    const { host } = await opened();
    await field('Waits for').fill('nokey:x');
    await userEvent.keyboard('{Enter}');
    await expect.element(form.getByRole('alert')).toBeVisible();
    await eventually(() => expect(cells()[0]![2]).toBe('✕ Hello'));
    await expect.element(page.getByRole('button', { name: 'Run' })).toBeDisabled();
    await field('Waits for').fill('x');
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await eventually(() =>
      expect(host.asked).toContainEqual({ name: 'startSequence', args: ['lab', 1, 's1', 1] }),
    );
  });
});

test('a run shows how far it is, what each step came to, and is cancelled', async () => {
  const { host } = await opened();
  const step = (path: number[], change: Partial<StepRun>): StepRun => ({
    ...{ path, state: 'passed', tries: 1, passed: 1, failed: 0, began: Date.now(), ms: 1.2 },
    ...{ from: 3, record: null, failure: null },
    ...change,
  });
  const failure = { code: 'SEQUENCE_NO_ANSWER', subject: '', message: '' };
  host.stepRuns = [
    step([0], { state: 'failed', passed: 0, failed: 1, failure }),
    step([1], { state: 'running', passed: 0 }),
    step([1, 0], { passed: 8, ms: 7.4 }),
  ];
  const run: SequenceJob['run'] = {
    ...{ state: 'running', at: [1, 0], done: 9, failed: 1, ms: 12_700, began: Date.now() },
    ...{ run: 1, sequence: 's1', peer: 1, connection: 1, times: 1 },
  };
  const job: SequenceJob = {
    id: 7,
    kind: 'sequence',
    endpoint: 'lab',
    done: 9,
    total: 0,
    failure: null,
    run,
  };
  host.jobs = [job];
  await host.summarize();
  await expect.element(page.getByText('Step 3 of 4')).toBeVisible();
  await expect.element(page.getByText('1 step failed')).toBeVisible();
  await eventually(() =>
    expect(cells().map((row) => [row[1], row[7]])).toEqual([
      ['✕failed', '1.2 ms'],
      ['◌running', expect.stringMatching(/s$/)],
      ['✓passed', '8 of 8 · 7.4 ms'],
      ['○not yet', ''],
    ]),
  );
  await expect
    .element(page.getByRole('region', { name: 'What became of it' }))
    .toHaveTextContent('did not come in time');
  await page.getByRole('button', { name: 'Stop' }).click();
  await eventually(() => expect(host.asked).toContainEqual({ name: 'cancelJob', args: [7] }));
  host.jobs = [{ ...job, run: { ...run, state: 'cancelled' } }];
  await host.summarize();
  await expect.element(page.getByText('Cancelled')).toBeVisible();
});

const stepRun = (path: number[], change: Partial<StepRun> = {}): StepRun => ({
  ...{ path, state: 'passed', tries: 1, passed: 1, failed: 0, began: Date.now(), ms: 1.2 },
  ...{ from: 3, record: null, failure: null },
  ...change,
});
const pastRun = (run: number, change: Partial<PastRun> = {}): PastRun => ({
  ...{ run, state: 'passed', at: [2], done: 4, failed: 0, ms: 12, began: Date.now() - 60_000 / run },
  ...{ sequence: 's1', peer: run, connection: run, times: 1, endpoint: 'lab' },
  remote: { host: '127.0.0.1', port: 50_000 + run, family: 'IPv4' },
  ...{ failedAt: null, stepName: '', isOther: false },
  ...change,
});
const runs = page.getByRole('listbox', { name: 'Runs' });
const options = () =>
  [...document.querySelectorAll('[role=option]')].map((each) =>
    each.textContent.replaceAll(/\s+/g, ' ').trim(),
  );

test('it is switched on for each new connection, says what came of it, and opens the last run that failed', async () => {
  const { host } = await opened();
  await page.getByLabelText('to', { exact: true }).selectOptions('each new connection');
  await page.getByRole('button', { name: 'Switch on' }).click();
  await eventually(() =>
    expect(host.asked).toContainEqual({ name: 'startSequence', args: ['lab', null, 's1', 1] }),
  );
  const failure = { code: 'SEQUENCE_NO_ANSWER', subject: '', message: '' };
  host.stepsOfRuns.set(2, [
    stepRun([0]),
    stepRun([1, 0], { state: 'failed', passed: 0, failed: 1, failure }),
    stepRun([1], { state: 'failed', passed: 0, failed: 1, failure }),
  ]);
  host.stepsOfRuns.set(3, [stepRun([0]), stepRun([1]), stepRun([2])]);
  host.pastRuns = [
    pastRun(3),
    pastRun(2, { state: 'failed', at: [1, 0], failed: 2, failedAt: [1, 0], stepName: 'Ping', isOther: true }),
    pastRun(1),
  ];
  const each: SequenceEachJob['each'] = {
    ...{ sequence: 's1', times: 1, began: 0, isOn: true, lastFailed: 2 },
    ...{ running: 0, waiting: 0, passed: 2, failed: 1, cancelled: 0 },
  };
  const job = { id: 9, kind: 'sequence-each', endpoint: 'lab', done: 3, total: 0, failure: null } as const;
  host.jobs = [{ ...job, each }];
  await host.summarize();
  await expect.element(page.getByText('On for each new connection of')).toBeVisible();
  await eventually(() => expect(options()).toHaveLength(3));
  expect(options()[1]).toMatch(/127\.0\.0\.1:50002 at 2\.1 .*Ping/);
  await eventually(() => expect(cells()[2]![1]).toBe('○not yet'));
  await page.getByRole('button', { name: 'Last failed run' }).click();
  await eventually(() => expect(cells()[2]![1]).toBe('✕failed'));
  await expect.element(page.getByText('have been changed since this run')).toBeVisible();
  await expect.element(runs.getByRole('option', { selected: true })).toHaveTextContent('Ping');
  (runs.element() as HTMLElement).focus();
  await userEvent.keyboard('{Home}');
  await eventually(() => expect(cells()[3]![1]).toBe('✓passed'));

  await page.getByRole('button', { name: 'Switch off' }).click();
  await eventually(() => expect(host.asked).toContainEqual({ name: 'cancelJob', args: [9] }));
  host.jobs = [{ ...job, each: { ...each, isOn: false } }];
  await host.summarize();
  await expect.element(page.getByText('Was on for')).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Switch on' })).toBeEnabled();
});

test('a step sends a saved message as it is saved, or what is written with all that belongs to it', async () => {
  const host = TestHost.with({ ...defaultClient(), name: 'plc' }, connected);
  host.peers = [peer(1)];
  host.sequences = [{ id: 's1', sequence: boot }];
  const written = { mode: 'text', text: 'LOGIN', lineEnd: 'crlf' } as const;
  host.saved = [{ ...unnamed(written), id: 'm1', name: 'Log in', folder: 'PLC', earlier: 0 }];
  host.layout = { ...host.layout, openTabs: ['sequence:s1'], activeTab: 'sequence:s1' };
  await openPage(host);
  const from = form.getByLabelText('Message', { exact: true });
  await from.selectOptions('Log in');
  await eventually(() => expect(stepsOf(host)[0]).toMatchObject({ send: { message: 'm1', name: 'Log in' } }));
  await eventually(() => expect(cells()[0]![3]).toBe('Log in LOGIN'));
  expect(field('Sends').query()).toBeNull();
  host.saved = [];
  await host.summarize();
  await expect.element(form.getByRole('alert')).toHaveTextContent('is not there any more');
  await expect.element(page.getByRole('button', { name: 'Run' })).toBeDisabled();

  await from.selectOptions('Written here');
  await field('Sends').fill('hé');
  await userEvent.keyboard('{Tab}');
  await form.getByLabelText('Encoding').selectOptions('ISO 8859-1');
  await form.getByLabelText('Mode').selectOptions('Hex');
  await form.getByRole('button', { name: 'Around the message' }).click();
  await form.getByRole('textbox', { name: 'Tail' }).fill('\\x03');
  await userEvent.keyboard('{Enter}');
  await eventually(() =>
    expect(stepsOf(host)[0]).toMatchObject({
      send: { mode: 'hex', text: '68 E9', encoding: 'iso-8859-1', wrap: { tail: '\\x03' } },
    }),
  );
});

test('a sequence is deleted by its menu, its tab goes with it, and both come back', async () => {
  const { host, app } = await opened();
  await page.getByRole('button', { name: 'More for this sequence' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await eventually(() => expect(host.sequences).toEqual([]));
  await expect.element(page.getByRole('tab', { name: 'Boot' })).not.toBeInTheDocument();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.element(page.getByRole('tab', { name: 'Boot', selected: true })).toBeVisible();
  await eventually(() => expect(app.layout.activeTab).toBe('sequence:s1'));
});
