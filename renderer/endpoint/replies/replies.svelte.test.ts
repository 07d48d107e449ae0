import { afterEach, expect, test } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { page, userEvent } from 'vitest/browser';
import { defaultListener } from '../../../shared/settings/endpoint.ts';
import type { ListenerSettings, ReplySettings, Rule } from '../../../shared/settings/settings.ts';
import { listening, TestHost } from '../../testing/host.ts';
import { expectWritten } from '../../testing/written.ts';
import { closePages, openPage } from '../../testing/page.ts';

afterEach(closePages);

const rule = (part: Partial<Rule>): Rule => ({
  match: 'contains',
  pattern: 'a',
  reply: { mode: 'text', text: 'A' },
  delayMs: 0,
  then: 'stay',
  enabled: true,
  note: '',
  ...part,
});

async function open(reply: Partial<ReplySettings>, part: Partial<ListenerSettings> = {}): Promise<TestHost> {
  const settings = defaultListener();
  const host = TestHost.with({ ...settings, ...part, reply: { ...settings.reply, ...reply } }, listening);
  await openPage(host);
  await page.getByRole('button', { name: 'Reply…' }).click();
  const folded = page.getByRole('button', { name: 'When it ', expanded: false });
  for (let left = reply.rules?.length ?? 0; left > 0; left--) await folded.first().click();
  return host;
}

const replyOf = (host: TestHost): ReplySettings => (host.endpoints[0]!.settings as ListenerSettings).reply;
const textbox = (name: string) => page.getByRole('textbox', { name, exact: true });

test('bytes are shown as they are written, and taken when the field is left', async () => {
  const host = await open({ kind: 'fixed' });
  await textbox('Answer').fill('é\\r\\n');
  await expect.element(page.getByText('4 bytes C3 A9 0D 0A')).toBeVisible();
  expect(replyOf(host).fixed.text).toBe('');
  await userEvent.tab();
  await eventually(() => expect(replyOf(host).fixed).toEqual({ mode: 'text', text: 'é\\r\\n' }));
});

test('text is written in the encoding that is chosen for it, and what that lacks is told', async () => {
  const host = await open({ kind: 'fixed', fixed: { mode: 'text', text: '温' } });
  const encoding = page.getByRole('combobox', { name: 'Answer: encoding' });
  await encoding.selectOptions('GBK');
  await expect.element(page.getByText('2 bytes CE C2')).toBeVisible();
  await eventually(() => expect(replyOf(host).fixed).toEqual({ mode: 'text', text: '温', encoding: 'gbk' }));
  await encoding.selectOptions('ASCII');
  await expect.element(page.getByRole('alert')).toHaveTextContent('Line 1, column 1');
  expect(replyOf(host).fixed.encoding).toBe('gbk');
  await encoding.selectOptions('UTF-8');
  await eventually(() => expect(replyOf(host).fixed).toEqual({ mode: 'text', text: '温' }));
});

test('each notation means the same bytes', async () => {
  const host = await open({ kind: 'fixed', fixed: { mode: 'text', text: 'hi\\n' } });
  await page.getByRole('radiogroup', { name: 'Answer: mode' }).getByText('Hex').click();
  await expectWritten(textbox('Answer'), '68 69 0A');
  await eventually(() => expect(replyOf(host).fixed).toEqual({ mode: 'hex', text: '68 69 0A' }));
  await page.getByRole('radiogroup', { name: 'Answer: mode' }).getByText('Base64').click();
  await expectWritten(textbox('Answer'), 'aGkK');
  await eventually(() => expect(replyOf(host).fixed).toEqual({ mode: 'base64', text: 'aGkK' }));
});

test('what an expression found is named in text alone, and bytes that look like a name stay bytes', async () => {
  const reply = { mode: 'hex', text: '24 31' } as const;
  const host = await open({ kind: 'rules', rules: [rule({ match: 'regex', pattern: '(a)', reply })] });
  const mode = (name: string) =>
    page.getByRole('radiogroup', { name: 'Answer: mode' }).getByText(name, { exact: true }).click();
  await mode('Text');
  await expectWritten(textbox('Answer'), '\\$1');
  await eventually(() => expect(replyOf(host).rules[0]!.reply).toEqual({ mode: 'text', text: '\\$1' }));
  await textbox('Answer').fill('got $1');
  await mode('Hex');
  await expect.element(textbox('Answer')).toHaveAttribute('aria-invalid', 'true');
  await mode('Text');
  await expectWritten(textbox('Answer'), 'got $1');
  await eventually(() => expect(replyOf(host).rules[0]!.reply.text).toBe('got $1'));
});

test('what is wrong is told with its place, and the older bytes stay in use', async () => {
  const host = await open({ kind: 'fixed', fixed: { mode: 'text', text: 'old' } });
  await textbox('Answer').fill('one\\ntwo \\q');
  await userEvent.tab();
  await expect.element(page.getByText('Line 1, column 10: Unknown escape.', { exact: false })).toBeVisible();
  await expect.element(textbox('Answer')).toHaveAttribute('aria-invalid', 'true');
  expect(replyOf(host).fixed.text).toBe('old');
});

test('what was written is kept when a shortcut closes the tab before the field is left', async () => {
  const host = await open({ kind: 'fixed' });
  await textbox('Answer').fill('not lost');
  await userEvent.keyboard('{Alt>}w{/Alt}');
  await eventually(() => expect(replyOf(host).fixed.text).toBe('not lost'));
});

test('another way to match takes the pattern along', async () => {
  const host = await open({ kind: 'rules', rules: [rule({ pattern: 'a.b\\n' })] });
  const match = page.getByRole('combobox', { name: 'A message that' });
  await match.selectOptions('contains the bytes');
  await expect.element(textbox('Pattern')).toHaveValue('61 2E 62 0A');
  await match.selectOptions('matches the expression');
  await expect.element(textbox('Pattern')).toHaveValue('a\\.b\\n');
  await eventually(() =>
    expect(replyOf(host).rules[0]).toMatchObject({ match: 'regex', pattern: 'a\\.b\\n' }),
  );
});

test('what is being typed goes with a rule that moves', async () => {
  const host = await open({
    kind: 'rules',
    rules: [rule({ pattern: 'first' }), rule({ pattern: 'second' })],
  });
  await textbox('Pattern').nth(0).fill('wrong \\q');
  await page.getByRole('button', { name: 'Move rule 1 down' }).click();
  await expect.element(textbox('Pattern').nth(0)).toHaveValue('second');
  await expect.element(textbox('Pattern').nth(1)).toHaveValue('wrong \\q');
  await eventually(() =>
    expect(replyOf(host).rules.map(({ pattern }) => pattern)).toEqual(['second', 'first']),
  );
});

test('a rule is added, found and removed by keyboard alone', async () => {
  const host = await open({ kind: 'rules' });
  (page.getByRole('button', { name: 'Add a rule' }).element() as HTMLElement).focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(textbox('Pattern')).toHaveFocus();
  expect(replyOf(host).rules).toMatchObject([{ enabled: false, pattern: '', reply: { text: '' } }]);
  await expect.element(page.getByRole('checkbox', { name: 'On', exact: true })).toBeDisabled();
  await userEvent.keyboard('ping{Enter}');
  await eventually(() => expect(replyOf(host).rules[0]!.pattern).toBe('ping'));
  await page.getByRole('checkbox', { name: 'On', exact: true }).click();
  await eventually(() => expect(replyOf(host).rules[0]).toMatchObject({ enabled: true, pattern: 'ping' }));
  (page.getByRole('button', { name: 'Remove rule 1' }).element() as HTMLElement).focus();
  await userEvent.keyboard('{Enter}');
  await eventually(() => expect(replyOf(host).rules).toEqual([]));
  await expect.element(page.getByRole('button', { name: 'Add a rule' })).toHaveFocus();
});

test('None takes the greeting away, and any other kind keeps it', async () => {
  const host = await open({ greeting: { mode: 'text', text: 'hi' } });
  const choice = page.getByRole('combobox', { name: 'Reply', exact: true });
  await expect.element(choice).toHaveValue('greeting');
  await choice.selectOptions('Echo');
  await eventually(() => expect(replyOf(host)).toMatchObject({ kind: 'echo', greeting: { text: 'hi' } }));
  await choice.selectOptions('None');
  await eventually(() => expect(replyOf(host)).toMatchObject({ kind: 'none', greeting: { text: '' } }));
});

test('nobody is greeted, prefixed or answered with words that nobody wrote', async () => {
  const host = await open({ kind: 'echo' });
  const choice = page.getByRole('combobox', { name: 'Reply', exact: true });
  await choice.selectOptions('Greeting');
  await expect.element(textbox('Greeting')).toBeVisible();
  await expect.element(choice).toHaveValue('greeting');
  await eventually(() => expect(replyOf(host)).toMatchObject({ kind: 'none', greeting: { text: '' } }));
  await textbox('Greeting').fill('hi');
  await userEvent.keyboard('{Tab}');
  await eventually(() => expect(replyOf(host).greeting.text).toBe('hi'));
  await expect.element(choice).toHaveValue('greeting');
  for (const kind of ['Prefix', 'Fixed message']) {
    await choice.selectOptions(kind);
    await eventually(() =>
      expect(replyOf(host)).toMatchObject({ prefix: { text: '' }, fixed: { text: '' } }),
    );
  }
});

test('a UDP server offers no greeting, and says that its messages are datagrams', async () => {
  await open({ kind: 'upper' }, { transport: 'udp' });
  await expect.element(page.getByText('UDP keeps the boundaries', { exact: false })).toBeVisible();
  await expect.element(textbox('Greeting')).not.toBeInTheDocument();
  await expect.element(page.getByRole('option', { name: 'Greeting' })).not.toBeInTheDocument();
});

test('a rule is duplicated, off and behind the first, and moves by Alt and an arrow with what is written in it', async () => {
  const host = await open({ kind: 'rules', rules: [rule({ pattern: 'first' }), rule({ pattern: 'last' })] });
  await page.getByRole('button', { name: 'Duplicate rule 1' }).click();
  await eventually(() =>
    expect(replyOf(host).rules).toMatchObject([
      { pattern: 'first', enabled: true },
      { pattern: 'first', enabled: false },
      { pattern: 'last', enabled: true },
    ]),
  );
  await expect.element(textbox('Pattern').nth(1)).toHaveFocus();
  await textbox('Pattern').nth(1).fill('wrong \\q');
  await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}');
  await expect.element(textbox('Pattern').nth(2)).toHaveValue('wrong \\q');
  await expect.element(textbox('Pattern').nth(2)).toHaveFocus();
  await eventually(() =>
    expect(replyOf(host).rules.map(({ pattern }) => pattern)).toEqual(['first', 'last', 'first']),
  );
  await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}');
  await expect.element(textbox('Pattern').nth(2)).toHaveFocus();
});

test('a rule is dragged by its handle to another place', async () => {
  const host = await open({
    kind: 'rules',
    rules: ['one', 'two', 'three'].map((pattern) => rule({ pattern })),
  });
  const card = (place: number) => page.getByRole('listitem', { name: `Rule ${place}` }).element();
  const dataTransfer = new DataTransfer();
  const tell = (element: Element, type: string) =>
    element.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
  tell(card(3).querySelector('.handle')!, 'dragstart');
  expect(tell(card(1), 'dragover')).toBe(false);
  tell(card(1), 'drop');
  await eventually(() =>
    expect(replyOf(host).rules.map(({ pattern }) => pattern)).toEqual(['three', 'one', 'two']),
  );
});

test('an answer that is made as it is sent is told as such, and not shown with what it is not', async () => {
  await open({ kind: 'rules', rules: [rule({ pattern: 'a', reply: { mode: 'text', text: '{{uuid}}' } })] });
  await textbox('Try a message').fill('a');
  await expect.element(page.getByText('Its answer is made for each peer', { exact: false })).toBeVisible();
});

test('an HTTP body that is another one each time has no preview', async () => {
  const http = { status: 200, headers: '', body: { mode: 'text', text: '{{uuid}}' } } as const;
  await open({ kind: 'http', http });
  await expect
    .element(page.getByText('The body is made as the answer is sent', { exact: false }))
    .toBeVisible();
});
