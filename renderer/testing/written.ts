import { expect } from 'vitest';
import type { Locator } from 'vitest/browser';

/** What stands in a field of written text: as a plain field, and as the editor that takes its place. */
export async function expectWritten(field: Locator, text: string): Promise<void> {
  const written = () => {
    const element = field.element();
    if (element instanceof HTMLTextAreaElement) return element.value;
    const lines = [...element.querySelectorAll('.cm-line')].map((line) => line.textContent);
    return lines.join('\n').replaceAll('␍', '\r');
  };
  await expect.poll(written).toBe(text);
}
