/** Images that releases need, deleted or renamed by hand: held again where they are still there, told where they are not. */

import type { Log } from '../../kernel/log.ts';
import type { Engine } from './engine.ts';
import type { Images } from './images.ts';

export interface WantedImage {
  app: string;
  /** `sha256:<hex>`. */
  id: string;
}

/** One tidying deletes many; they are looked at together. */
const settleMs = 200;

/** Until the function it returns is called. `onGone`: nobody can start what needs it any more. */
export function watchImages(parts: {
  engine: Engine;
  images: Images;
  log: Log;
  wanted(): readonly WantedImage[];
  onGone(image: WantedImage): void;
}): () => void {
  const { engine, images, log } = parts;
  let timer: ReturnType<typeof setTimeout> | null = null;

  const look = async () => {
    for (const image of parts.wanted()) {
      if (engine.state.kind !== 'connected') return;
      if (!(await images.holdAgain(image.app, image.id))) parts.onGone(image);
    }
  };
  const soon = () => {
    timer ??= setTimeout(() => {
      timer = null;
      look().catch((error: unknown) => {
        if (engine.state.kind === 'connected') log.error('images could not be looked at', { error });
      });
    }, settleMs);
  };
  const ends = [engine.onImageLoss(soon), engine.onConnected(soon)];
  return () => {
    for (const end of ends) end();
    if (timer !== null) clearTimeout(timer);
  };
}
