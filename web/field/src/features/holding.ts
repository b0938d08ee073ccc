// While a form is open in any tab, nothing may take the app over: a lock that all tabs see where the browser has one.
import { state } from "./session";

const FORM = "fangxian-form";

/** Say that a form is open; gives what says that it is closed. */
export function holdForm(): () => void {
  state.formOpen = true;
  let release = (): void => undefined;
  const until = new Promise<void>((resolve) => (release = resolve));
  if ("locks" in navigator) void navigator.locks.request(FORM, { mode: "shared" }, () => until);
  return () => {
    state.formOpen = false;
    release();
  };
}

/** Do something only while no tab has a form open; gives whether it was done. */
export async function whenNoForm(task: () => void): Promise<boolean> {
  if (state.formOpen) return false;
  if (!("locks" in navigator)) return task(), true;
  return navigator.locks.request(FORM, { ifAvailable: true }, (lock) => {
    if (lock) task();
    return lock !== null;
  });
}
