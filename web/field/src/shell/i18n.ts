// The app's words: Chinese by default, English complete.
import { createI18n } from "vue-i18n";

import en from "./locale/en.json";
import zh from "./locale/zh.json";

export const i18n = createI18n({ legacy: false, locale: "zh", fallbackLocale: "zh", messages: { zh, en } });
