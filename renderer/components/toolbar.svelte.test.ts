import { afterEach, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { eventually } from '../testing/eventually.ts';
import { oneStop } from './toolbar.ts';

let takeBack: ReturnType<typeof oneStop>;

function open(inside: string): HTMLElement {
  document.body.innerHTML = `<button id="before"></button><div role="toolbar">${inside}</div><button id="after"></button>`;
  const toolbar = document.querySelector<HTMLElement>('[role=toolbar]')!;
  takeBack = oneStop(toolbar);
  document.getElementById('before')!.focus();
  return toolbar;
}

afterEach(() => takeBack?.());

const here = () => document.activeElement?.id;
const keys = (text: string) => userEvent.keyboard(text);

test('Tab goes into a toolbar once, to the control that had the focus last, and arrows round in it', async () => {
  open(
    '<button id="one"></button><button id="off" disabled></button><button id="two"></button><button id="three"></button>',
  );
  await keys('{Tab}');
  expect(here()).toBe('one');
  await keys('{ArrowRight}');
  expect(here()).toBe('two');
  await keys('{Tab}');
  expect(here()).toBe('after');
  await keys('{Shift>}{Tab}{/Shift}');
  expect(here()).toBe('two');
  await keys('{End}');
  expect(here()).toBe('three');
  await keys('{ArrowRight}');
  expect(here()).toBe('one');
  await keys('{ArrowLeft}');
  expect(here()).toBe('three');
  await keys('{Home}');
  expect(here()).toBe('one');
});

test('in a text field arrows are those of the text until its end', async () => {
  open('<button id="one"></button><input id="text" value="ab"><button id="two"></button>');
  document.getElementById('text')!.focus();
  await keys('{Home}{ArrowRight}{ArrowRight}');
  expect(here()).toBe('text');
  await keys('{ArrowRight}');
  expect(here()).toBe('two');
  await keys('{ArrowLeft}{Home}');
  expect(here()).toBe('text');
  await keys('{ArrowLeft}');
  expect(here()).toBe('one');
});

test('what comes later is a part of it, what goes leaves a stop, and what was no stop stays none', async () => {
  const toolbar = open('<button id="one"></button><button id="inner" tabindex="-1"></button>');
  await keys('{Tab}');
  toolbar.insertAdjacentHTML('beforeend', '<button id="two"></button>');
  await eventually(() => expect(document.getElementById('two')!.tabIndex).toBe(-1));
  await keys('{ArrowRight}');
  expect(here()).toBe('two');
  document.getElementById('two')!.remove();
  await eventually(() => expect(document.getElementById('one')!.tabIndex).toBe(0));
  expect(document.getElementById('inner')!.tabIndex).toBe(-1);
});
