/** How many keys and clicks the commonest things take. What is typed counts 0; a click, a key, a chord counts 1. */
import type { Locator, Page } from '@playwright/test';
import { expect, log, logRow, startHost, startServer, test } from './fixtures.ts';
import { pane } from './steps.ts';

/** A hand that counts. */
function handOf(page: Page) {
  let count = 0;
  return {
    press: async (key: string) => {
      count++;
      await page.keyboard.press(key);
    },
    click: async (
      what: Locator,
      options?: { modifiers?: ['Shift']; position?: { x: number; y: number } },
    ) => {
      count++;
      await what.click(options);
    },
    /** Into what has the focus. */
    type: (text: string) => page.keyboard.type(text),
    /** Counts since the last time. */
    took: (): number => {
      const taken = count;
      count = 0;
      return taken;
    },
  };
}

const message = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });

test('a tutorial takes as many keys and clicks as it needs', async ({ app, peers }) => {
  const hand = handOf(app);

  // From the welcome page.
  await hand.press('ControlOrMeta+Shift+G');
  await expect(app.getByText(/Connected to/).first()).toBeVisible();
  expect(hand.took(), 'start an echo server').toBe(1);

  // From anywhere: the palette takes an address.
  const target = await peers.listen();
  await hand.press('ControlOrMeta+K');
  await hand.type(`127.0.0.1:${target.port}`);
  await hand.press('Enter');
  await expect(message(app)).toBeFocused();
  await hand.type('hello\\r\\n');
  await hand.press('ControlOrMeta+Enter');
  await expect.poll(() => target.peers[0]?.text).toBe('hello\r\n');
  expect(hand.took(), 'connect and send hello').toBe(3);

  // From the row of what was sent.
  await logRow(app, 'hello').click();
  await hand.press('ControlOrMeta+Enter');
  await expect.poll(() => target.peers[0]?.text).toBe('hello\r\nhello\r\n');
  expect(hand.took(), 'the same message again').toBe(1);

  // From the row.
  await hand.press('c');
  await hand.click(app.getByRole('menuitem', { name: 'Python bytes' }));
  await expect(app.getByText('Copied 7 bytes')).toBeVisible();
  expect(hand.took(), 'copy a record as Python').toBe(2);
});

test('one of three is answered by one key, and a response of sixty chunks is read whole by two clicks', async ({
  app,
  peers,
}) => {
  const hand = handOf(app);
  const port = await startServer(app);
  const asking = await Promise.all([1, 2, 3].map(() => peers.connect(port)));
  for (const [at, peer] of asking.entries()) peer.send(`question ${at}`);
  await expect(logRow(app, /question/)).toHaveCount(3);

  // From the row of who asked.
  await logRow(app, 'question 1').click();
  await hand.press('r');
  await hand.type('answer');
  expect(hand.took(), 'reply to one of three').toBe(1);
  await app.keyboard.press('ControlOrMeta+Enter');
  await expect.poll(() => asking[1]!.text).toBe('answer');

  // From the top of the log of a conversation.
  await log(app).press('End');
  const chunks = Array.from({ length: 60 }, (_, at) => `chunk ${at};`);
  for (const chunk of chunks) {
    asking[0]!.send(chunk);
    await expect(logRow(app, chunk)).toHaveCount(1);
  }
  await log(app).press('Home');
  await hand.click(logRow(app, 'chunk 0;'));
  await log(app).hover();
  await app.mouse.wheel(0, 10_000);
  await hand.click(logRow(app, 'chunk 59;'), { modifiers: ['Shift'] });
  await expect(pane(app).getByRole('heading', { name: '60 records joined' })).toBeVisible();
  expect(hand.took(), 'see a response of 60 chunks whole').toBe(2);
  await expect(pane(app).getByRole('textbox', { name: 'Bytes as text' })).toContainText(
    'chunk 0;chunk 1;chunk 2;',
  );
});

test('a device is asked and a value of its answer is read in five', async ({ app, peers }) => {
  const hand = handOf(app);
  const device = await peers.listen();
  await hand.press('ControlOrMeta+K');
  await hand.type(`127.0.0.1:${device.port}`);
  await hand.press('Enter');
  await expect(message(app)).toBeFocused();
  await hand.type('\\x00\\x01\\x00\\x00\\x00\\x06\\x01\\x03\\x00\\x00\\x00\\x01');
  await hand.press('ControlOrMeta+Enter');
  await expect.poll(() => device.peers[0]?.text.length).toBe(12);
  device.peers[0]!.socket.write(Uint8Array.of(0, 1, 0, 0, 0, 5, 1, 3, 2, 0x41, 0xac));
  await hand.click(logRow(app, '41 AC'));
  const hex = pane(app).getByRole('textbox', { name: 'Bytes in hex' });
  await expect(hex).toContainText('41 AC');
  const box = (await hex.locator('.hex').first().boundingBox())!;
  const view = (await hex.boundingBox())!;
  await hand.click(hex, { position: { x: box.x - view.x + (box.width / 16) * 9.4, y: box.y - view.y + 10 } });
  await expect(pane(app).getByRole('group', { name: 'Values at the cursor' })).toContainText('16812');
  expect(hand.took(), 'a Modbus request and the value at the cursor').toBe(5);
});

test('after a restart everything runs again by one click', async ({ app, host, dataFolder }) => {
  await startServer(app, 'Echo');
  await app.close();
  expect(await host.stop()).toBe(0);
  const again = await startHost(dataFolder);
  try {
    const page = await app.context().newPage();
    const hand = handOf(page);
    await page.goto(again.url);
    await hand.click(page.getByRole('button', { name: 'Start them again' }));
    await expect(page.getByText(/Listening on/).first()).toBeVisible();
    expect(hand.took(), 'restart and carry on').toBe(1);
    await page.close();
  } finally {
    expect(await again.stop()).toBe(0);
  }
});
