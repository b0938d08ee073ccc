// The photos of the visit that is open, before they are sealed; nothing of them outlives it.
import type { Taken } from "../../acts/capturing";

export const photos = new Map<string, Taken>();

export const photoOf = (digest: string): Taken | undefined => photos.get(digest);
