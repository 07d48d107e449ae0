import '../styles/tokens.css';
import '../styles/base.css';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { RecordDetail } from '../../shared/records.ts';
import { buildTimeline, type Timeline, type TimelineRecord } from '../../shared/timeline.ts';
import { opening, received, TestEngine, testPeer } from '../testing/engine.ts';
import { AppState } from '../state/app.svelte.ts';
import { InspectorState } from '../state/inspector.svelte.ts';
import Pane from './Pane.svelte';

const apps: AppState[] = [];
afterEach(() => {
  for (const app of apps.splice(0)) app.close();
});

const start = Date.UTC(2026, 10, 20, 14, 2, 11);
const counters = { receivedBytes: 5, sentBytes: 0, unsentBytes: 0, durationMs: 10_000 };
const opened: TimelineRecord = {
  sequence: 0,
  time: start + 10,
  kind: 'opened',
  detail: {
    kind: 'opened',
    socket: 'stream',
    origin: 'initiated',
    local: null,
    remote: testPeer,
    carried: false,
  },
};
const attempt = (sequence: number, outcome: 'failed' | 'connected', time: number): TimelineRecord => ({
  sequence,
  time,
  kind: 'attempted',
  detail: {
    kind: 'attempted',
    remote: testPeer,
    outcome,
    code: outcome === 'failed' ? 'ECONNREFUSED' : null,
    durationMs: 5,
  },
});
const bytes: TimelineRecord = { sequence: 1, time: start + 5000, kind: 'received', detail: null };
const end: RecordDetail = { kind: 'closed', by: 'peer', how: 'close', ...counters };
const ended: TimelineRecord = { sequence: 2, time: start + 10_000, kind: 'closed', detail: end };
const paused: TimelineRecord = {
  sequence: 3,
  time: start + 6000,
  kind: 'note',
  detail: { kind: 'note', note: 'paused', why: 'user' },
};

async function open(answers: (Timeline | Error)[], width = 520) {
  const engine = TestEngine.of([opening, received('hello'), { kind: 'closed', detail: end }]);
  const asked: number[] = [];
  engine.more = {
    timeline: (_, sequence) => {
      const answer = answers[Math.min(asked.length, answers.length - 1)]!;
      asked.push(sequence);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const app = new AppState(engine.openChannel);
  apps.push(app);
  await eventually(() => expect(app.connected).toBe(true));
  await page.viewport(920, 720);
  const frame = document.createElement('div');
  frame.style.cssText = `display: flex; width: ${width}px; height: 700px`;
  document.body.replaceChildren(frame);
  const endpoint = app.endpoints[0]!;
  endpoint.select(1);
  const inspector = new InspectorState(app.engine);
  await render(Pane, { target: frame, props: { app, endpoint, inspector, room: 'connection' } });
  return { app, endpoint, engine, asked };
}

const steps = () =>
  [...document.querySelectorAll('.step')].map((step) => step.textContent.replaceAll(/\s+/g, ' ').trim());
const bars = () => [...document.querySelectorAll<HTMLElement>('.bar')].map(({ style }) => style.left);
const whole = buildTimeline([
  attempt(4, 'failed', start + 5),
  attempt(5, 'connected', start + 10),
  opened,
  bytes,
  ended,
]);

describe('the timeline', () => {
  test('tells each step with its time, its sign and how long it took', async () => {
    await open([whole]);
    await eventually(() =>
      expect(steps()).toEqual([
        '+0 µs ✕ Could not reach 127.0.0.1:51122 (ECONNREFUSED, after 5.0 ms) 5.0 ms',
        '+5.0 ms ● Reached 127.0.0.1:51122 in 5.0 ms 5.0 ms',
        '+10 ms ● Connected to 127.0.0.1:51122',
        '+5.00 s ↓ First bytes received from 127.0.0.1:51122',
        '+10.0 s ● 127.0.0.1:51122 closed the connection; after 10.0 s, received 5 bytes, sent 0 bytes',
      ]),
    );
    await expect.element(page.getByText('took 10.0 s in all')).toBeVisible();
  });

  test('draws all steps on one scale, and the beginning on its own where it is too short', async () => {
    await open([whole]);
    await eventually(() => expect(bars()).toEqual(['0%', '0.05%', '0.1%', '50%', '100%']));
    await page.getByText('Connecting').click();
    await eventually(() => expect(bars()).toEqual(['0%', '50%', '100%']));
    expect(steps()).toHaveLength(5);
  });

  test('a step selects its record, by click and by keyboard', async () => {
    const { endpoint } = await open([whole]);
    const received = page.getByRole('button', { name: /First bytes received/ });
    await expect.element(received).toHaveAttribute('aria-current', 'true');
    await page.getByRole('button', { name: /closed the connection/ }).click();
    expect(endpoint.selected).toBe(2);
    await userEvent.keyboard('{ArrowUp}{ArrowUp}{Enter}');
    await eventually(() => expect(endpoint.selected).toBe(0));
  });

  test('follows a connection while it is open, and then no longer', async () => {
    const { engine, asked } = await open([buildTimeline([opened]), buildTimeline([opened, paused]), whole]);
    await eventually(() => expect(steps()).toHaveLength(1));
    await expect.element(page.getByText(/^open, .* so far$|open, /)).toBeVisible();
    engine.count = 2;
    await engine.summarize();
    await eventually(() => expect(steps().at(-1)).toMatch(/Stopped reading .* goes on$/));
    engine.count = 3;
    await engine.summarize();
    await eventually(() => expect(steps()).toHaveLength(5));
    const { length } = asked;
    engine.count = 2;
    await engine.summarize();
    await engine.summarize();
    expect(asked).toHaveLength(length);
  });

  test('says what fails, and what is left out', async () => {
    const { endpoint } = await open([{ ...whole, omitted: 1234 }, new Error('no such record')]);
    await expect
      .element(page.getByText('1,234 further records of pauses and notes are not shown'))
      .toBeVisible();
    endpoint.select(0);
    await expect.element(page.getByText(/no such record/)).toBeVisible();
    expect(steps()).toHaveLength(5);
  });

  test('fits into a narrow pane', async () => {
    await open([whole], 240);
    await eventually(() => expect(steps()).toHaveLength(5));
    const pane = document.querySelector('.timeline')!;
    expect(pane.scrollWidth).toBeLessThanOrEqual(pane.clientWidth);
  });
});
