// How things are told: words of packs in the reader's language, moments in Shanghai's.
import { useI18n } from "vue-i18n";

import type { Words } from "../acts/bundle";
import { clockOf } from "../acts/visits";

const ZONE = "Asia/Shanghai";
const MINUTES_IN_DAY = 1440;

const spelt = (at: number, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hourCycle: "h23", ...options }).format(at).replace(/\//g, "-");

const timeOf = (at: number): string => spelt(at, { hour: "2-digit", minute: "2-digit" });
const monthAndDay = (at: number): string => spelt(at, { month: "2-digit", day: "2-digit" });

/** The day of a moment, as dates are written: 2020-11-21. */
export const dayOf = (at: number): string => spelt(at, { year: "numeric", month: "2-digit", day: "2-digit" });

/** The last two of an area's path: a bar has no room for more. */
export const nearest = (path: string): string => path.split(" › ").slice(-2).join(" · ");

export function useSaying() {
  const { t, locale } = useI18n();
  const word = (words: Words | null | undefined): string => (words ? (locale.value === "en" ? words.en : words.zh) : "");
  const moment = (at: number, now: number): string => (dayOf(at) === dayOf(now) ? timeOf(at) : `${monthAndDay(at)} ${timeOf(at)}`);
  const span = (minutes: number): string => {
    if (minutes < 60) return t("tasks.minutes", { n: minutes });
    if (minutes < MINUTES_IN_DAY) return t("tasks.hours", { n: Math.floor(minutes / 60) });
    return t("tasks.days", { n: Math.floor(minutes / MINUTES_IN_DAY) });
  };
  const chip = (due: string, now: number): { state: string; text: string } => {
    const { state, minutes } = clockOf(due, now);
    return { state: state === "later" ? "none" : state, text: t(state === "late" ? "tasks.late" : "tasks.left", { t: span(minutes) }) };
  };
  const before = (due: string, now: number): string => {
    const [at, time] = [Date.parse(due), timeOf(Date.parse(due))];
    const isTonight = dayOf(at - 1) === dayOf(now) && ["00:00", "23:59"].includes(time);
    return isTonight ? t("tasks.today") : t("tasks.before", { t: moment(at, now) });
  };
  /** The app's own words in both languages, for what is read later. */
  const both = (key: string): [string, string] => [t(key, {}, { locale: "zh" }), t(key, {}, { locale: "en" })];
  return { t, locale, word, moment, chip, before, both };
}
