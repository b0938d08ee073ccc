// The screens, and which of them need somebody to be enrolled and unlocked.
import { createRouter, createWebHashHistory } from "vue-router";

import EnrolView from "../features/enrol/EnrolView.vue";
import UnlockView from "../features/enrol/UnlockView.vue";
import LedgerView from "../features/ledger/LedgerView.vue";
import RegisterView from "../features/ledger/RegisterView.vue";
import MineView from "../features/mine/MineView.vue";
import SentView from "../features/sent/SentView.vue";
import { enrolled, isOpen } from "../features/session";
import TasksView from "../features/tasks/TasksView.vue";
import VisitView from "../features/visit/VisitView.vue";

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: "/enrol", component: EnrolView },
    { path: "/unlock", component: UnlockView },
    { path: "/tasks", component: TasksView },
    { path: "/visit/:where", component: VisitView },
    { path: "/ledger", component: LedgerView },
    { path: "/register/:what(person|place)", component: RegisterView },
    { path: "/sent", component: SentView },
    { path: "/mine", component: MineView },
    { path: "/:rest(.*)*", redirect: "/tasks" },
  ],
});

router.beforeEach(({ path }) => {
  if (path === "/enrol") return true;
  if (!enrolled.value) return "/enrol";
  if (isOpen.value) return path === "/unlock" ? "/tasks" : true;
  return path === "/unlock" ? true : "/unlock";
});
