/** How much room the window has, as `@container window` tells it to the styles: in pixels of the chosen text size. */
import type { Attachment } from 'svelte/attachments';

/** Below it peers and transports are chosen from a list, and the line of an endpoint is one row where the window is low too. */
const narrow = 744;
/** Below it heads and the foot go, and the message is one line. */
const low = 560;
/** A low window of less width has no room for the pane beside the log, nor over a part of it. */
const roomForPane = 1332;

class WindowRoom {
  #width = $state(Infinity);
  #height = $state(Infinity);

  get isNarrow(): boolean {
    return this.#width < narrow;
  }

  get isLow(): boolean {
    return this.#height < low;
  }

  /** The pane lies over log and message while it is asked for. */
  get isCovered(): boolean {
    return this.isNarrow || (this.isLow && this.#width < roomForPane);
  }

  /** On an element as large as the window. */
  readonly measure: Attachment<HTMLElement> = (element) => {
    const look = () => {
      this.#width = element.clientWidth;
      this.#height = element.clientHeight;
    };
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    look();
    return () => sizes.disconnect();
  };
}

export const windowRoom = new WindowRoom();
