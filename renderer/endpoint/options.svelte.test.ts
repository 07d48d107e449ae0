import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { page, userEvent } from 'vitest/browser';
import type { TlsLibrary } from '../../shared/certificates.ts';
import { panelNames } from '../../shared/settings/field.ts';
import type { EndpointSettings } from '../../shared/settings/settings.ts';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { certificate, idle, listening, TestHost } from '../testing/host.ts';
import { closePages, openPage } from '../testing/page.ts';

const stopped = { ...listening, state: 'stopped', local: null } as const;
const panel = page.getByRole('group', { name: 'Options', exact: true });
const groups = () =>
  [...document.querySelectorAll('.setup h3 [aria-expanded]')].map((button) => button.textContent.trim());

/** The set-up with all its groups unfolded. */
async function openOptions(settings: EndpointSettings, tlsLibrary: TlsLibrary = 'OpenSSL') {
  const engine = TestHost.with(settings, settings.role === 'listener' ? stopped : idle);
  engine.tlsLibrary = tlsLibrary;
  engine.certificates = [certificate('one'), certificate('two')];
  const app = await openPage(engine);
  app.changeLayout({ sections: Object.fromEntries(panelNames.map((name) => [`setup-${name}`, true])) });
  await page.getByRole('button', { name: 'Options' }).click();
  return { engine, settings: () => engine.endpoints[0]!.settings };
}

afterEach(closePages);

describe('the options', () => {
  test('are those of the transport and the role, and no others', async () => {
    await openOptions({ ...defaultClient(), transport: 'tls' });
    await eventually(() => expect(groups()).toEqual(['General', 'TLS', 'Timeouts', 'TCP', 'Proxy']));
    await page.getByRole('radio', { name: 'UDP' }).click();
    await eventually(() => expect(groups()).toEqual(['General', 'UDP', 'Multicast']));
    await page.getByRole('radio', { name: 'Unix' }).click();
    await eventually(() => expect(groups()).toEqual(['General', 'Timeouts']));
    await expect.element(page.getByRole('textbox', { name: 'Local address' })).not.toBeInTheDocument();
  });

  test('every one of them has its sentence', async () => {
    for (const transport of ['tls', 'udp', 'unix'] as const) {
      await openOptions({ ...defaultListener(), transport });
      const fields = document.querySelectorAll('.setup .fields :is(input, select)');
      expect(fields.length).toBeGreaterThan(2);
      const own = [...fields].filter((field) => !field.closest('form'));
      for (const field of own) {
        const hint = document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent ?? '';
        expect(hint, field.id).toMatch(/\.$/);
      }
      closePages();
      document.body.replaceChildren();
    }
  });

  test('leave the log as high as it was, and a field gives its text back before the pane is left', async () => {
    await openOptions(defaultListener());
    await page.getByRole('textbox', { name: 'Backlog' }).fill('7');
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByRole('textbox', { name: 'Backlog' })).toHaveValue('511');
    await expect.element(panel).toBeVisible();
    const height = document.querySelector('.list')!.clientHeight;
    await page.getByRole('button', { name: 'Options' }).click();
    await expect.element(panel).not.toBeInTheDocument();
    expect(document.querySelector('.list')!.clientHeight).toBe(height);
    await page.getByRole('button', { name: 'Reply…' }).click();
    await expect.element(page.getByRole('region', { name: 'What the server answers' })).toBeVisible();
  });

  test('the line stands in one row in a window of 1024 pixels, whatever the transport', async () => {
    for (const settings of [defaultListener(), defaultClient()]) {
      await openPage(TestHost.with(settings, settings.role === 'listener' ? stopped : idle));
      await page.viewport(1024, 640);
      for (const name of ['TCP', 'TLS', 'UDP', 'Unix']) {
        await page.getByRole('radio', { name }).click();
        await eventually(() =>
          expect(document.querySelector('.config .fields')!.clientHeight, name).toBeLessThan(40),
        );
      }
      closePages();
      document.body.replaceChildren();
    }
  });

  test('a number is refused at its field with its bounds', async () => {
    const { settings } = await openOptions(defaultListener());
    const idleTimeout = page.getByRole('textbox', { name: 'Idle timeout (ms)' });
    await idleTimeout.fill('-1');
    await expect.element(page.getByText('A number from 0 to 86,400,000 is needed.')).toBeVisible();
    await idleTimeout.fill('5000');
    await userEvent.keyboard('{Enter}');
    await page.getByRole('combobox', { name: 'When the idle timeout is over' }).selectOptions('Close it');
    await eventually(() =>
      expect(settings().options).toMatchObject({ idleTimeoutMs: 5000, onIdle: 'close' }),
    );
  });

  test('what differs from the defaults is marked and counted, and goes back to them one by one', async () => {
    const changed = { ...defaultClient().options, noDelay: false, idleTimeoutMs: 500 };
    const { settings } = await openOptions({ ...defaultClient(), options: changed });
    await expect.element(page.getByRole('button', { name: 'Options' })).toHaveTextContent('2 changed');
    const back = page.getByRole('button', { name: /^Back to the default/ });
    expect(back.elements()).toHaveLength(2);
    await expect
      .element(page.getByRole('button', { name: 'Timeouts', exact: true }))
      .toHaveAccessibleDescription('1 changed');
    await page.getByRole('button', { name: 'Back to the default: Send small messages at once' }).click();
    await eventually(() => expect(settings().options).toMatchObject({ noDelay: true, idleTimeoutMs: 500 }));
    await expect.element(page.getByRole('checkbox', { name: 'Send small messages at once' })).toHaveFocus();
    expect(back.elements()).toHaveLength(1);
  });

  test('a group goes back to its defaults as a whole, with what it hides and what was typed, and the name stays', async () => {
    const initial = defaultListener();
    const { settings } = await openOptions({
      ...initial,
      name: 'lab',
      backlog: 5,
      options: { ...initial.options, keepAliveDelayMs: 2000, keepAlive: true },
    });
    await page.getByRole('checkbox', { name: 'Probe silent connections' }).click();
    await page.getByRole('checkbox', { name: 'Send small messages at once' }).click();
    await page.getByRole('textbox', { name: 'Connection limit' }).fill('x');
    await page.getByRole('button', { name: 'Reset to defaults: TCP' }).click();
    await eventually(() => expect(settings().options).toEqual(initial.options));
    expect(settings()).toMatchObject({ name: 'lab', backlog: 5 });
    await expect.element(page.getByRole('textbox', { name: 'Connection limit' })).toHaveValue('x');
    await page.getByRole('button', { name: 'Reset to defaults: General' }).click();
    await eventually(() => expect(settings()).toEqual({ ...initial, name: 'lab' }));
    await expect.element(page.getByRole('textbox', { name: 'Connection limit' })).toHaveValue('0');
    await expect.element(page.getByRole('button', { name: 'Options' })).not.toHaveTextContent(/\d/);
  });

  test('a delay that contradicts another is refused at the field that was typed into', async () => {
    const { settings } = await openOptions({
      ...defaultClient(),
      reconnect: { ...defaultClient().reconnect, enabled: true },
    });
    await page.getByRole('textbox', { name: 'First delay (ms)' }).fill('90000');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText('The longest delay is shorter', { exact: false })).toBeVisible();
    expect(settings()).toMatchObject({ reconnect: { delayMs: 1000 } });
  });

  test('what is wrong with one field does not run into the one beside it', async () => {
    await openOptions(defaultClient());
    await page.viewport(1024, 640);
    await page.getByRole('textbox', { name: 'Local address' }).fill('300.1.2.3');
    const problem = page.getByRole('alert').element().getBoundingClientRect();
    const own = page.getByRole('textbox', { name: 'Local address' }).element().getBoundingClientRect();
    expect(problem.right).toBeLessThanOrEqual(own.right + 1);
  });

  test('an empty buffer size is the one that the system has', async () => {
    const { settings } = await openOptions({ ...defaultListener(), transport: 'udp' });
    const buffer = page.getByRole('textbox', { name: 'Receive buffer (bytes)' });
    await expect.element(buffer).toHaveValue('4194304');
    await buffer.fill('');
    await userEvent.keyboard('{Enter}');
    await eventually(() => expect(settings().udp.receiveBufferBytes).toBe(0));
    await expect.element(buffer).toHaveAttribute('placeholder', 'as the system has it');
  });

  test('a proxy shows its fields when one is chosen', async () => {
    const { settings } = await openOptions(defaultClient());
    await expect.element(page.getByRole('textbox', { name: 'Proxy host' })).not.toBeInTheDocument();
    await page.getByRole('combobox', { name: 'Proxy' }).selectOptions('SOCKS5');
    await page.getByLabelText('Password').fill('secret');
    await userEvent.keyboard('{Enter}');
    await eventually(() =>
      expect(settings()).toMatchObject({ proxy: { kind: 'socks5', password: 'secret' } }),
    );
    await expect.element(page.getByLabelText('Password')).toHaveAttribute('type', 'password');
  });
});

describe('multicast groups', () => {
  test('are joined and left without a restart', async () => {
    const engine = TestHost.with({ ...defaultListener(), transport: 'udp' }, listening);
    await openPage(engine);
    await page.getByRole('button', { name: 'Options' }).click();
    await page.getByRole('button', { name: 'Multicast' }).click();
    await page.getByRole('textbox', { name: 'Group' }).fill('232.1.2.3');
    await page.getByRole('textbox', { name: 'Only from' }).fill('192.0.2.7');
    await userEvent.keyboard('{Enter}');
    const joined = { group: '232.1.2.3', interfaceAddress: '', source: '192.0.2.7' };
    await eventually(() => expect(engine.endpoints[0]!.settings.udp.groups).toEqual([joined]));
    await expect.element(page.getByRole('textbox', { name: 'Group' })).toHaveFocus();
    await expect.element(page.getByText('Changes take effect')).not.toBeInTheDocument();
    await page.getByRole('button', { name: 'Leave 232.1.2.3' }).click();
    await eventually(() => expect(engine.endpoints[0]!.settings.udp.groups).toEqual([]));
  });

  test('an address that is no group, or joined already, is refused', async () => {
    await openOptions({
      ...defaultListener(),
      transport: 'udp',
      udp: {
        ...defaultListener().udp,
        groups: [{ group: '239.0.0.1', interfaceAddress: '', source: '' }],
      },
    });
    const group = page.getByRole('textbox', { name: 'Group' });
    await group.fill('10.0.0.1');
    await expect.element(page.getByText('A multicast group is an address', { exact: false })).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Join' })).toBeDisabled();
    await group.fill('239.0.0.1');
    await expect.element(page.getByText('This group is joined already.')).toBeVisible();
  });

  test('what is wrong is marked in its own field', async () => {
    await openOptions({ ...defaultListener(), transport: 'udp' });
    await page.getByRole('textbox', { name: 'Group' }).fill('239.0.0.1');
    const source = page.getByRole('textbox', { name: 'Only from' });
    await source.fill('fe80::1');
    await expect.element(source).toHaveAttribute('aria-invalid', 'true');
    await expect.element(page.getByRole('textbox', { name: 'Group' })).not.toHaveAttribute('aria-invalid');
  });
});

describe('the options of TLS', () => {
  test('a server uses its own certificate until others are chosen, in the order of SNI', async () => {
    const { settings } = await openOptions({ ...defaultListener(), transport: 'tls' });
    await expect.element(page.getByText('Made by Socketscope for this server')).toBeVisible();
    for (const name of ['one', 'two']) {
      await page.getByRole('button', { name: 'Add a certificate' }).click();
      await page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click();
    }
    await page.getByRole('button', { name: 'Move two up' }).click();
    await eventually(() => expect(settings().tls).toMatchObject({ identities: ['id-two', 'id-one'] }));
    await page.getByRole('button', { name: 'Do not use two' }).click();
    await eventually(() => expect(settings().tls).toMatchObject({ identities: ['id-one'] }));
  });

  test('a certificate that was removed meanwhile is said to be missing', async () => {
    const settings = defaultListener();
    await openOptions({ ...settings, transport: 'tls', tls: { ...settings.tls, identities: ['id-gone'] } });
    await expect.element(page.getByText('A certificate that is no longer there')).toBeVisible();
  });

  test('not verifying is said loudly', async () => {
    const { settings } = await openOptions({ ...defaultClient(), transport: 'tls' });
    await page.getByRole('checkbox', { name: /^Verify/ }).click();
    await expect
      .element(page.getByText('anyone between here and the server', { exact: false }))
      .toBeVisible();
    await eventually(() => expect(settings().tls).toMatchObject({ verify: false }));
  });

  test('a key log warns of itself, and can be saved', async () => {
    const { engine } = await openOptions({ ...defaultClient(), transport: 'tls' });
    await page.getByRole('checkbox', { name: 'Keep a key log' }).click();
    await expect.element(page.getByText('Whoever has the key log', { exact: false })).toBeVisible();
    await page.getByRole('button', { name: 'Save key log' }).click();
    await expect.element(page.getByText('/data/keys.log', { exact: false })).toBeVisible();
    expect(engine.asked).toEqual([{ name: 'saveKeyLog', args: ['lab'] }]);
  });

  test.each([
    ['OpenSSL', 'OpenSSL names separated by colons, those of TLS 1.3 first.'],
    ['BoringSSL', 'The desktop uses BoringSSL: of TLS 1.3 all three suites or none'],
  ] as const)('say which cipher suites %s has', async (library, hint) => {
    await openOptions({ ...defaultClient(), transport: 'tls' }, library);
    const field = page.getByRole('textbox', { name: 'Cipher suites' });
    await expect.element(field).toHaveAccessibleDescription(expect.stringContaining(hint));
  });

  test('protocols are a list, and the versions keep their order', async () => {
    const { settings } = await openOptions({ ...defaultClient(), transport: 'tls' });
    await page.getByRole('textbox', { name: 'Protocols (ALPN)' }).fill('h2 , http/1.1');
    await userEvent.keyboard('{Enter}');
    await page.getByRole('combobox', { name: 'Highest version' }).selectOptions('TLS 1.1');
    await eventually(() =>
      expect(settings().tls).toMatchObject({
        alpn: ['h2', 'http/1.1'],
        minVersion: 'TLSv1.1',
        maxVersion: 'TLSv1.1',
      }),
    );
  });
});

describe('the certificates', () => {
  const dialog = page.getByRole('dialog', { name: 'Certificates' });

  async function openCertificates() {
    const engine = TestHost.with(defaultListener(), stopped);
    const app = await openPage(engine);
    app.run('show-certificates');
    await expect.element(dialog).toBeVisible();
    return engine;
  }

  test('one is made with a click', async () => {
    const engine = await openCertificates();
    await dialog.getByRole('button', { name: 'Make certificate' }).click();
    await expect.element(dialog.getByText('localhost was made.')).toBeVisible();
    const [made] = engine.asked;
    expect(made!.args).toEqual([
      { name: 'localhost', hosts: ['localhost', '127.0.0.1', '::1'], keyType: 'ec' },
    ]);
  });

  test('a host name that is none is refused at its field', async () => {
    await openCertificates();
    await dialog.getByRole('textbox', { name: 'Host names and addresses' }).fill('ok.example, 127.1');
    await expect.element(dialog.getByText(/^127\.1: /)).toBeVisible();
    await expect.element(dialog.getByRole('button', { name: 'Make certificate' })).toBeDisabled();
  });

  test('files are read here and sent as bytes', async () => {
    const engine = await openCertificates();
    await dialog.getByLabelText('Certificate file').upload(new File(['CERT'], 'lab.pem'));
    await dialog.getByLabelText('Key file').upload(new File(['KEY'], 'lab.key'));
    await dialog.getByLabelText('Passphrase').fill('secret');
    await dialog.getByRole('button', { name: 'Import' }).click();
    await expect.element(dialog.getByText('lab was imported.')).toBeVisible();
    expect(engine.asked[0]!.args).toEqual([
      {
        name: 'lab',
        kind: 'identity',
        certificate: new TextEncoder().encode('CERT'),
        key: new TextEncoder().encode('KEY'),
        passphrase: 'secret',
      },
    ]);
  });

  test('a file that cannot be used is told at the form, which keeps what was chosen', async () => {
    const engine = await openCertificates();
    engine.failure = { code: 'INVALID_ARGUMENT', message: 'No certificate is in this file', subject: '' };
    await dialog.getByLabelText('Certificate file').upload(new File(['?'], 'lab.pem'));
    await dialog.getByRole('button', { name: 'Import' }).click();
    await expect.element(dialog.getByRole('alert')).toBeVisible();
    await expect.element(dialog.getByRole('button', { name: 'Import' })).toBeEnabled();
  });

  test('one is removed after a question', async () => {
    const engine = TestHost.with(defaultListener(), stopped);
    engine.certificates = [certificate('one'), certificate('two')];
    const app = await openPage(engine);
    app.run('show-certificates');
    await dialog.getByRole('button', { name: 'Remove one' }).click();
    await expect.element(dialog.getByRole('button', { name: 'Keep' })).toHaveFocus();
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await eventually(() => expect(engine.certificates.map(({ name }) => name)).toEqual(['two']));
    await expect.element(dialog.getByText('one', { exact: true })).not.toBeInTheDocument();
  });

  test('the question is taken back by Escape, which closes nothing around it', async () => {
    const engine = TestHost.with(defaultListener(), stopped);
    engine.certificates = [certificate('one')];
    const app = await openPage(engine);
    app.run('show-certificates');
    const remove = dialog.getByRole('button', { name: 'Remove one' });
    await remove.click();
    await expect.element(dialog.getByRole('button', { name: 'Keep' })).toHaveFocus();
    await userEvent.keyboard('{Escape}');
    await expect.element(remove).toHaveFocus();
    await userEvent.keyboard('{Escape}');
    await expect.element(dialog).not.toBeInTheDocument();
    expect(engine.certificates).toHaveLength(1);
  });

  test('its facts are shown, with what is wrong with its time', async () => {
    const engine = TestHost.with(defaultListener(), stopped);
    engine.certificates = [certificate('one')];
    const app = await openPage(engine);
    app.run('show-certificates');
    await expect.element(dialog.getByText('expired on 2021-01-01')).toBeVisible();
    await dialog.getByRole('button', { name: 'Facts of one' }).click();
    await expect.element(dialog.getByRole('list', { name: 'Certificate chain' })).toHaveTextContent('CN=one');
  });
});
