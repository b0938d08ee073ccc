// The screens, and which of them need somebody to be enrolled and unlocked.
import { createRouter, createWebHashHistory } from "vue-router";

import EnrolView from "../features/enrol/EnrolView.vue";
import UnlockView from "../features/enrol/UnlockView.vue";
import CameView from "../features/ledger/CameView.vue";
import DoorView from "../features/ledger/DoorView.vue";
import LedgerView from "../features/ledger/LedgerView.vue";
import RegisterView from "../features/ledger/RegisterView.vue";
import MineView from "../features/mine/MineView.vue";
import ScanView from "../features/scan/ScanView.vue";
import BoatView from "../features/sent/BoatView.vue";
import SentView from "../features/sent/SentView.vue";
import { enrolled, isOpen } from "../features/session";
import SweepView from "../features/sweep/SweepView.vue";
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
    { path: "/came/:person", component: CameView },
    { path: "/at/:where", component: DoorView },
    { path: "/sweep/:id", component: SweepView },
    { path: "/scan", component: ScanView },
    { path: "/sent", component: SentView },
    { path: "/boat", component: BoatView },
    { path: "/mine", component: MineView },
    { path: "/:rest(.*)*", redirect: "/tasks" },
  ],
});

router.beforeEach(({ path }) => {
  if (path === "/enrol" || path === "/scan") return true;
  if (!enrolled.value) return "/enrol";
  if (isOpen.value) return path === "/unlock" ? "/tasks" : true;
  return path === "/unlock" ? true : "/unlock";
});
