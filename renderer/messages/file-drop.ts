import type { Attachment } from 'svelte/attachments';
import { on } from 'svelte/events';
import { carriesFiles } from '../lib/text-bounds.ts';

/** Takes the files that are dropped on `part` of the page around the element. */
export const takesFiles =
  (part: string, take: (files: readonly File[]) => void): Attachment<HTMLElement> =>
  (element) => {
    const target = element.closest<HTMLElement>(part);
    if (target === null) return;
    const over = (event: DragEvent): void => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      event.dataTransfer!.dropEffect = 'copy';
      target.classList.add('takes-file');
    };
    const leave = (): void => target.classList.remove('takes-file');
    const drop = (event: DragEvent): void => {
      leave();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0 || !carriesFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      take(files);
    };
    const takeBack = [on(target, 'dragover', over), on(target, 'dragleave', leave), on(target, 'drop', drop)];
    return () => takeBack.forEach((each) => each());
  };
