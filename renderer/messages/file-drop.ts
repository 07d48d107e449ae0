import type { Attachment } from 'svelte/attachments';
import { on } from 'svelte/events';
import { carriesFiles } from '../lib/text-bounds.ts';

/** Takes the first file that is dropped on `part` of the page around the element. */
export const takesFiles =
  (part: string, take: (file: File) => void): Attachment<HTMLElement> =>
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
      const [file] = event.dataTransfer?.files ?? [];
      if (file === undefined || !carriesFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      take(file);
    };
    const takeBack = [on(target, 'dragover', over), on(target, 'dragleave', leave), on(target, 'drop', drop)];
    return () => takeBack.forEach((each) => each());
  };
