// The icons of the app, from Tabler's outlines; a missing name fails the build.
import alert from "@tabler/icons/outline/alert-triangle.svg?raw";
import back from "@tabler/icons/outline/arrow-left.svg?raw";
import bulb from "@tabler/icons/outline/bulb.svg?raw";
import books from "@tabler/icons/outline/books.svg?raw";
import camera from "@tabler/icons/outline/camera.svg?raw";
import check from "@tabler/icons/outline/check.svg?raw";
import right from "@tabler/icons/outline/chevron-right.svg?raw";
import checked from "@tabler/icons/outline/circle-check.svg?raw";
import clipboard from "@tabler/icons/outline/clipboard-text.svg?raw";
import clock from "@tabler/icons/outline/clock.svg?raw";
import upload from "@tabler/icons/outline/cloud-upload.svg?raw";
import home from "@tabler/icons/outline/home.svg?raw";
import listCheck from "@tabler/icons/outline/list-check.svg?raw";
import boat from "@tabler/icons/outline/lifebuoy.svg?raw";
import lock from "@tabler/icons/outline/lock.svg?raw";
import minus from "@tabler/icons/outline/minus.svg?raw";
import plus from "@tabler/icons/outline/plus.svg?raw";
import question from "@tabler/icons/outline/question-mark.svg?raw";
import refresh from "@tabler/icons/outline/refresh.svg?raw";
import scan from "@tabler/icons/outline/scan.svg?raw";
import search from "@tabler/icons/outline/search.svg?raw";
import building from "@tabler/icons/outline/building.svg?raw";
import test from "@tabler/icons/outline/test-pipe.svg?raw";
import thermometer from "@tabler/icons/outline/temperature.svg?raw";
import eye from "@tabler/icons/outline/eye.svg?raw";
import message from "@tabler/icons/outline/message.svg?raw";
import arrow from "@tabler/icons/outline/arrow-forward-up.svg?raw";
import store from "@tabler/icons/outline/building-store.svg?raw";
import user from "@tabler/icons/outline/user.svg?raw";
import wifiOff from "@tabler/icons/outline/wifi-off.svg?raw";
import close from "@tabler/icons/outline/x.svg?raw";

const RAW = {
  ...{ alert, back, books, camera, check, right, checked, clipboard, clock, upload, home, listCheck, lock, minus },
  ...{ plus, question, refresh, search, store, user, wifiOff, close, boat, bulb, scan, building, test, thermometer, eye, message, arrow },
};

export type IconName = keyof typeof RAW;

const BY_ACT: Record<string, IconName> = {
  ...{ visit: "clipboard", self_check: "clipboard", arrival: "home", hearsay: "message", watch: "thermometer" },
  ...{ look_back: "eye", rectification: "refresh", daily_report: "books", team: "user", sweep: "building" },
};
const BY_FORM: Record<string, IconName> = { sampling: "test", notice: "message" };

/** The sign of a duty: by its form where that says more, else by the act that answers it. */
export const iconOf = ({ form, send }: { form: string; send: { kind: string } }): IconName =>
  BY_FORM[form.slice(form.indexOf(":") + 1)] ?? BY_ACT[send.kind] ?? "clipboard";

const inside = (svg: string): string => svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, "");

export const PATHS = Object.fromEntries(Object.entries(RAW).map(([name, svg]) => [name, inside(svg)])) as Record<IconName, string>;
