// Begin: read the tables, then show.
import "../kernel/older";
import "vant/es/style/base.css";
import "vant/es/button/index.css";
import "vant/es/cell/index.css";
import "vant/es/field/index.css";
import "vant/es/overlay/index.css";
import "vant/es/popup/index.css";
import "vant/es/dialog/index.css";
import "@fangxian/console/tokens.css";
import "./map-vant.css";
import "./look.css";

import { createApp } from "vue";

import { beginChoices } from "../features/choices";
import { begin } from "../features/session";
import App from "./App.vue";
import { i18n } from "./i18n";
import { router } from "./router";
import { keepApp } from "./updates";

await beginChoices((language) => (i18n.global.locale.value = language));
await begin();
createApp(App).use(i18n).use(router).mount("#app");
void keepApp();
