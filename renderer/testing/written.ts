import { expect } from 'vitest';
import type { Locator } from 'vitest/browser';

/** What stands in a field of written text: as a plain field, and as the editor that takes its place. */
export async function expectWritten(field: Locator, text: string): Promise<void> {
  const written = () => {
    const element = field.element();
    if (element instanceof HTMLTextAreaElement) return element.value;
    const lines = [...element.querySelectorAll('.cm-line')].map((line) => {
      const copy = line.cloneNode(true) as HTMLElement;
      for (const sign of copy.querySelectorAll('.sign.cr')) sign.textContent = '\r';
      return copy.textContent;
    });
    return lines.join('\n');
  };
  await expect.poll(written).toBe(text);
}
