import { connectClient, expect, log, logRow } from './fixtures.ts';
import { palette } from './keys.ts';
import { pictures } from './looks.ts';
import { needs, test } from './programs.ts';
import { pane, unfold } from './steps.ts';

/** Sends its GBK in pieces that cut a character, one for each line that it is told. */
const server = `
import socket
with socket.socket() as listening:
    listening.bind(('127.0.0.1', 0))
    listening.listen()
    print(listening.getsockname()[1], flush=True)
    peer, _ = listening.accept()
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    text = '服务器已经启动，温度=23℃\\n'.encode('gbk')
    for piece in (text[:17], text[17:19], text[19:]):
        peer.sendall(piece)
        input()
    peer.close()`;

test('a server that speaks GBK in torn pieces is read, filtered and shown as it was again', async ({
  app,
  run,
}) => {
  needs('python3');
  const python = run('python3', '-c', server);
  await expect.poll(() => python.output).toMatch(/^\d+\n$/);
  await connectClient(app, Number(python.output));
  const received = () =>
    log(app)
      .getByRole('row')
      .filter({ has: app.getByRole('gridcell', { name: 'Received' }) });
  await expect(received()).toHaveCount(1);
  python.write('\n');
  await expect(received()).toHaveCount(2);
  python.write('\n');
  await expect(received()).toHaveCount(3);

  await received().first().click();
  await unfold(app, 'Text');
  const room = pane(app);
  const text = room.getByRole('textbox', { name: 'Bytes as text' });
  const textAs = room.getByRole('combobox', { name: 'Text as' });
  await expect(textAs).toHaveValue('all utf-8');
  await expect(room).toContainText('Looks like GBK');
  await pictures(app, 'encodings-offer');
  await room.getByRole('button', { name: 'Show so' }).click();

  await expect(received().nth(0)).toContainText('服务器已经启动，CE…');
  await expect(received().nth(1)).toContainText('温B6…');
  await expect(received().nth(2)).toContainText('度=23℃LF');
  await expect(text).toContainText('服务器已经启动，CE…');
  await expect(textAs).toHaveValue('own gbk');
  await expect(room).toContainText('this connection');
  await expect(room.getByRole('button', { name: 'Show so' })).toHaveCount(0);
  await received().nth(2).click();
  await expect(text).toContainText('度=23℃');
  // What stands in the row before is a part of the first character here.
  await text.press('Home');
  await text.press('ArrowRight');
  await expect(room).toContainText('Byte 1 (0x1)');
  await pictures(app, 'encodings-shown');

  const filter = app.getByRole('searchbox', { name: 'Filter' });
  await filter.fill('启动');
  await expect(received()).toHaveCount(1);
  await expect(logRow(app, '服务器')).toHaveCount(1);
  await filter.fill('');
  await expect(received()).toHaveCount(3);

  await textAs.selectOption('all utf-8');
  await expect(received().nth(0)).not.toContainText('服务器');
  await received().first().click();
  await expect(room).toContainText('Looks like GBK');

  await app.keyboard.press('ControlOrMeta+K');
  await palette(app).fill('show text as gbk');
  await palette(app).press('Enter');
  await expect(received().nth(0)).toContainText('服务器已经启动');
  await expect(textAs).toHaveValue('all gbk');
  python.write('\n');
  await python.ended;
});
