// A new version waits until no form is open in any tab; then it takes over and the page begins anew.
import { watch } from "vue";

import { whenNoForm } from "../features/holding";
import { state } from "../features/session";

const LOOK_EVERY = 30 * 60_000;

function follow(registration: ServiceWorkerRegistration): void {
  const offer = () => {
    state.update = registration.waiting !== null;
    if (registration.waiting) void whenNoForm(() => registration.waiting?.postMessage("take over"));
  };
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
  watch(() => state.formOpen, () => setTimeout(offer, 1000));
  setInterval(() => void registration.update().then(offer, () => undefined), LOOK_EVERY);
  offer();
}

/** Keep the app on the phone, and follow new versions. Without a secure context the page works as it is. */
export async function keepApp(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  let isFirst = navigator.serviceWorker.controller === null; // the first one to come finds the page it brought
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (!isFirst && !state.formOpen) location.reload();
    isFirst = false;
  });
  const registration = await navigator.serviceWorker.register("./sw.js").catch(() => null);
  if (registration) follow(registration);
}
