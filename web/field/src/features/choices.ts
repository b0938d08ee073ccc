// What a person chose for this phone: language, size, contrast. Kept, and put on the page at once.
import { reactive, watch } from "vue";

import { keepChoice, readChoice } from "./session";

export interface Choices {
  language: "zh" | "en";
  large: boolean;
  sun: boolean;
}

const NAME = "choices";
export const choices = reactive<Choices>({ language: "zh", large: false, sun: false });

function put(): void {
  const { dataset } = document.documentElement;
  document.documentElement.lang = choices.language === "en" ? "en" : "zh-CN";
  if (choices.large) dataset.fxSize = "large";
  else delete dataset.fxSize;
  if (choices.sun) dataset.fxContrast = "more";
  else delete dataset.fxContrast;
}

/** Read what was chosen, and follow every change. */
export async function beginChoices(follow: (language: Choices["language"]) => void): Promise<void> {
  Object.assign(choices, (await readChoice(NAME)) ?? {});
  const apply = () => {
    put();
    follow(choices.language);
  };
  apply();
  watch(choices, () => {
    apply();
    void keepChoice(NAME, { ...choices });
  });
}
