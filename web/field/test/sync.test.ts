import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { capture } from "../src/acts/capturing";
import { newId } from "../src/kernel/identifiers";
import { readItems } from "../src/store/cache";
import { getEnrolment } from "../src/store/enrolments";
import { counts, sent } from "../src/store/outbox";
import { type KeptAct, Phone } from "../src/store/tables";
import { type Answer, exchange, newPace, type Pace, type Turn, type World } from "../src/sync/exchange";
import { bring, pack, take } from "../src/sync/lifeboat";
import { start } from "../src/sync/loop";
import { tellLost } from "../src/sync/losses";
import { sendPhotos } from "../src/sync/photos";
import { type Bundle, next, pathOf, pull } from "../src/sync/pulling";
import { Gathering, seriesOf } from "../src/sync/series";
import { asAsked, backOff, retryAfter, untilContact } from "../src/sync/waits";
import { enrol, HOUR, keyOfPin, newPhone, NOON } from "./phone";
import { RECEIPT_KEY, Server } from "./server";

const ALICE = newId(1);
type Fault = "none" | "no-way" | "reply-lost" | "twice" | "busy" | "forged";

/** One phone, one server, and a network between them that may fail in each way. */
class Scene {
  pace: Pace = newPace();
  fault: Fault = "none";
  /** The two clocks: the phone's may be days off. */
  time = NOON;
  skew = 0;
  late: (() => Promise<unknown>)[] = [];

  constructor(
    readonly phone: Phone,
    readonly server: Server,
  ) {}

  static async begin(): Promise<Scene> {
    const phone = newPhone();
    const { publicKey } = await enrol(phone, ALICE, RECEIPT_KEY);
    const server = new Server(ALICE, publicKey, () => 0);
    const scene = new Scene(phone, server);
    server.clock = () => scene.time;
    return scene;
  }

  world: World = {
    now: () => this.time + this.skew,
    chance: () => 0.5,
    post: (_address, body, headers) => this.carry(body, headers),
  };

  private async carry(body: string, headers: Record<string, string>): Promise<Answer> {
    if (this.fault === "no-way") throw new TypeError("no way");
    if (this.fault === "busy") return { status: 503, body: new Uint8Array(), header: () => "7" };
    const first = await this.server.take(body, headers);
    if (this.fault === "reply-lost") throw new TypeError("reply lost");
    if (this.fault === "forged") return { ...first, header: (name) => first.header(name)?.replace(/^../, "00") ?? null };
    if (this.fault === "twice") this.late.push(() => this.server.take(body, headers));
    return first;
  }

  async act(phone = this.phone): Promise<KeptAct> {
    return (await this.acts(1, phone))[0]!;
  }

  /** Acts that were saved together. */
  async acts(count: number, phone = this.phone): Promise<KeptAct[]> {
    const about = { title: "door", what: [], tasks: [] };
    const inner = { kind: "visit", body: { place: 7 } };
    const enrolment = await getEnrolment(phone, ALICE);
    const given = { key: await keyOfPin(), now: this.world.now() };
    return capture(phone, enrolment, Array.from({ length: count }, () => ({ inner, about })), given);
  }

  async turn(fault: Fault = "none", phone = this.phone): Promise<Turn> {
    this.fault = fault;
    return exchange(phone, ALICE, this.pace, this.world);
  }

  /** Exchange without faults until nothing waits; gives the time that it took. */
  async drain(turns = 60): Promise<number> {
    const from = this.time;
    for (let count = 0; count < turns; count += 1) {
      const { wait } = await this.turn();
      if ((await counts(this.phone, ALICE)).waiting === 0) return this.time - from;
      this.time += wait;
    }
    return Infinity;
  }
}

const idsAt = (server: Server) => [...server.held.keys()].sort();
const idsOf = (acts: KeptAct[]) => acts.map(({ id }) => id).sort();

describe("an exchange", () => {
  it("sends what waits once, and then says at times that it is there", async () => {
    const scene = await Scene.begin();
    const acts = [await scene.act(), await scene.act()];
    const turn = await scene.turn();
    const again = await scene.turn();

    expect(idsAt(scene.server)).toEqual(idsOf(acts));
    expect([turn.outcome, again.outcome]).toEqual(["held", "held"]);
    expect(turn.wait).toBe(untilContact(0.5));
    expect((await getEnrolment(scene.phone, ALICE)).upto).toBe(2);
  });

  it("says of acts that come again by which clock they were made", async () => {
    const scene = await Scene.begin();
    const older = scene.server.backup();
    scene.skew = -72 * HOUR;
    await scene.act();
    await scene.turn();
    const asked: string[] = [];
    const post = scene.world.post;
    scene.world.post = (address, body, headers) => (asked.push(body), post(address, body, headers));
    scene.server.held = older;
    scene.skew = 0; // somebody put the clock right
    scene.time += HOUR;
    await scene.turn(); // learns that the server is an older one
    await scene.act();
    await scene.turn();

    expect(scene.server.held.size).toBe(2);
    const behind = asked.map((body) => (JSON.parse(body) as { behind?: unknown }).behind);
    expect(behind).toEqual([undefined, [(72 * HOUR) / 1000, null]]);
  });

  it("takes no more than two hundred at a time", async () => {
    const scene = await Scene.begin();
    await scene.acts(201);
    const turn = await scene.turn();

    expect([scene.server.held.size, turn.wait]).toEqual([200, 0]);
    await scene.turn();
    expect(scene.server.held.size).toBe(201);
  });

  it("believes no receipt without its signature", async () => {
    const scene = await Scene.begin();
    await scene.act();

    expect((await scene.turn("forged")).outcome).toBe("failed");
    expect(await counts(scene.phone, ALICE)).toMatchObject({ waiting: 1, received: 0 });
    expect(await scene.drain()).toBeLessThan(30_000);
  });

  it("waits as long as a busy server asks, and some more", async () => {
    const scene = await Scene.begin();
    await scene.act();

    expect(await scene.turn("busy")).toEqual({ outcome: "busy", wait: asAsked(7000, 0.5) });
  });

  it("keeps everything when the device is revoked, and says whom to ask", async () => {
    const scene = await Scene.begin();
    await scene.act();
    scene.server.revoked = true;
    const turn = await scene.turn();

    expect(turn.outcome).toBe("revoked");
    expect(await counts(scene.phone, ALICE)).toMatchObject({ waiting: 1 });
    expect((await getEnrolment(scene.phone, ALICE)).ended).toEqual({
      code: "intake.no_device",
      sentence: "s",
      remedy: "r",
    });
    scene.server.revoked = false;
    await scene.drain();
    expect((await getEnrolment(scene.phone, ALICE)).ended).toBeNull();
  });

  it("lets an act that is refused by itself delay no other", async () => {
    const scene = await Scene.begin();
    const acts: KeptAct[] = [];
    for (let count = 0; count < 30; count += 1) acts.push(await scene.act());
    scene.server.poison.add(acts[3]!.id);
    for (let count = 0; count < 20; count += 1) await scene.turn();

    expect(idsAt(scene.server)).toEqual(idsOf(acts.filter((_, place) => place !== 3)));
    expect(await counts(scene.phone, ALICE)).toMatchObject({ waiting: 1, received: 29 });
    scene.server.poison.clear();
    scene.time += HOUR;
    await scene.drain();
    expect(idsAt(scene.server)).toEqual(idsOf(acts));
  });

  it("tells by number what neither side has any more", async () => {
    const scene = await Scene.begin();
    await scene.act();
    await scene.turn();
    scene.time += 80 * HOUR;
    await scene.turn();
    scene.server.held.clear();
    scene.time += HOUR;
    await scene.turn();
    const told = { key: await keyOfPin(), now: scene.time };

    expect(await tellLost(scene.phone, ALICE, told)).toBe(true);
    expect(await tellLost(scene.phone, ALICE, told)).toBe(false);
    expect((await sent(scene.phone, ALICE)).map(({ seq, state }) => [seq, state])).toEqual([[2, "waiting"]]);
  });
});

describe("a phone whose browser threw acts away", () => {
  it("tells exactly which numbers are lost, at its next contact", async () => {
    const scene = await Scene.begin();
    const kept = [await scene.act(), await scene.act()];
    await scene.turn();
    for (let count = 0; count < 5; count += 1) await scene.act();
    await scene.phone.acts.filter(({ seq }) => seq > 2).delete();
    const told = { key: await keyOfPin(), now: scene.time };
    await scene.turn();

    expect(await tellLost(scene.phone, ALICE, told)).toBe(true);
    const [notice] = await sent(scene.phone, ALICE);
    expect([notice!.seq, (await getEnrolment(scene.phone, ALICE)).lostUpto]).toEqual([8, 7]);
    await scene.turn();
    expect(idsAt(scene.server)).toEqual(idsOf([...kept, notice!]));
    expect(await tellLost(scene.phone, ALICE, told)).toBe(false);
  });
});

describe("photos", () => {
  const photo = (digest: string) => ({ digest, device: ALICE, act: "a", sealed: new Uint8Array([1]), at: NOON, held: 0 as const });

  it("go until one is not taken, and then when the server asked", async () => {
    const { phone } = await Scene.begin();
    await phone.photos.bulkPut(["aa", "bb"].map(photo));
    const owner = await getEnrolment(phone, ALICE);
    const answers = [{ status: 201, retryAfter: null }, { status: 503, retryAfter: "9" }, { status: 409, retryAfter: null }];
    const world = { send: async () => answers.shift()!, now: () => NOON, chance: () => 0.5 };

    expect([await sendPhotos(phone, owner, world), await phone.photos.where({ device: ALICE, held: 0 }).count()]).toEqual([9000, 1]);
    expect([await sendPhotos(phone, owner, world), await phone.photos.where({ device: ALICE, held: 0 }).count()]).toEqual([null, 0]);
  });
});

describe("the loop", () => {
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it("asks nobody while there is no network, and at once when it is back", async () => {
    const scene = await Scene.begin();
    await scene.act();
    let [isOnline, asked] = [false, 0];
    const world = {
      ...scene.world,
      now: () => Date.now(),
      post: (address: string, body: string, headers: Record<string, string>) => ((asked += 1), scene.world.post(address, body, headers)),
      send: async () => ({ status: 201, retryAfter: null }),
    };
    const loop = start(scene.phone, world, () => undefined, () => isOnline);
    for (let count = 0; count < 5; count += 1) loop.nudge();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(asked).toBe(0);

    isOnline = true;
    loop.hurry();
    await until(async () => (await counts(scene.phone, ALICE)).waiting === 0);
    await scene.act();
    loop.nudge();
    await until(async () => (await counts(scene.phone, ALICE)).waiting === 0);
    loop.stop();
    expect(scene.server.held.size).toBe(2);
  });

  it("does not hammer a server that does not answer, whatever is captured", async () => {
    const scene = await Scene.begin();
    let asked = 0;
    const world = {
      ...scene.world,
      now: () => NOON,
      post: () => ((asked += 1), Promise.reject(new TypeError("no way"))),
      send: async () => ({ status: 201, retryAfter: null }),
    };
    const loop = start(scene.phone, world, () => undefined);
    await until(async () => asked === 1);
    for (let count = 0; count < 5; count += 1) {
      await scene.act();
      loop.nudge();
    }
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(asked).toBe(1);
    loop.hurry();
    await until(async () => asked === 2);
    loop.stop();
  });
});

describe("the waits", () => {
  it("grow, stay within twenty seconds, and differ", () => {
    expect([0, 1, 2, 9].map((failures) => backOff(failures, 1))).toEqual([1000, 2000, 4000, 20_000]);
    expect(backOff(3, 0)).toBe(4000);
    expect(retryAfter("30", NOON)).toBe(30_000);
    expect(retryAfter(new Date(NOON + 5000).toUTCString(), NOON)).toBe(5000);
    expect([retryAfter(null, NOON), retryAfter("soon", NOON)]).toEqual([null, null]);
    expect(asAsked(1000, 0)).toBe(1000);
  });
});

describe("the protocol, whatever happens", () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.constant("act" as const) },
    { weight: 2, arbitrary: fc.constant("act-in-other-tab" as const) },
    { weight: 4, arbitrary: fc.constant("none" as const) },
    { weight: 2, arbitrary: fc.constantFrom<Fault>("no-way", "reply-lost", "twice", "busy", "forged") },
    { weight: 1, arbitrary: fc.constantFrom("reorder", "restart", "two-at-once", "backup", "restore") },
    { weight: 1, arbitrary: fc.constantFrom("revoke", "clock-forward", "clock-back", "hours-pass", "days-pass") },
  );

  /** What the steps do; the backup that may be restored is never older than the hours that phones keep. */
  async function play(scene: Scene, steps: string[], made: KeptAct[]): Promise<void> {
    const other = new Phone(scene.phone.name);
    let backup = { at: scene.time, held: scene.server.backup() };
    const doings: Record<string, () => unknown> = {
      act: async () => made.push(await scene.act()),
      "act-in-other-tab": async () => made.push(await scene.act(other)),
      reorder: () => Promise.all(scene.late.splice(0).reverse().map((late) => late())),
      restart: () => (scene.pace = newPace()),
      "two-at-once": () => Promise.all([scene.turn("none"), scene.turn("none", other)]),
      backup: () => (backup = { at: scene.time, held: scene.server.backup() }),
      restore: () => {
        if (scene.time - backup.at < 71 * HOUR) scene.server.held = new Map(backup.held);
      },
      revoke: () => (scene.server.revoked = !scene.server.revoked),
      "clock-forward": () => (scene.skew = 72 * HOUR),
      "clock-back": () => (scene.skew = -72 * HOUR),
      "hours-pass": () => (scene.time += 5 * HOUR),
      "days-pass": () => (scene.time += 40 * HOUR),
    };
    for (const one of steps) {
      await (doings[one] ?? (() => scene.turn(one as Fault)))();
      scene.time += 1000;
    }
  }

  it("loses nothing, doubles nothing, and drains", { timeout: 400_000 }, async () => {
    const steps = fc.array(step, { minLength: 10, maxLength: 50 });
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const scene = await Scene.begin();
        const made: KeptAct[] = [];
        await play(scene, list, made);
        scene.server.revoked = false;
        await Promise.all(scene.late.splice(0).map((late) => late()));
        await scene.turn();
        scene.time += 1000;
        const took = await scene.drain();

        expect(took).toBeLessThan(30_000);
        expect(idsAt(scene.server)).toEqual(idsOf(made));
        expect(scene.server.quarantine).toEqual([]);
        const numbers = [...scene.server.held.values()].map(({ seq }) => seq).sort((a, b) => a - b);
        expect(numbers).toEqual(made.map((_, place) => place + 1));
        expect((await getEnrolment(scene.phone, ALICE)).upto).toBe(made.length);
        scene.phone.close();
      }),
      { numRuns: 30, seed: 20_201_109 },
    );
  });

  it("would see an act that was dropped too early", async () => {
    const scene = await Scene.begin();
    await scene.phone.enrolments.update(ALICE, { keepHours: 0 });
    const made = [await scene.act()];
    await scene.turn();
    scene.server.held.clear();
    scene.time += 1000;
    await scene.turn();
    await scene.drain();

    expect(idsAt(scene.server)).not.toEqual(idsOf(made));
  });
});

describe("a pull", () => {
  const page = (given: Partial<Bundle>): Bundle => ({ cursor: 40, more: false, after: null, items: [], gone: [], ...given });

  it("takes up where it was cut off, and knows more only with the last page", async () => {
    const phone = newPhone();
    await enrol(phone, ALICE);
    const key = await keyOfPin();
    const pages = [
      page({ items: [{ t: "task", id: 1 }], more: true, after: "task:1" }),
      null,
      page({ cursor: 44, items: [{ t: "task", id: 2 }] }),
      page({ cursor: 50, gone: [["task", 1]] }),
    ];
    const asked: string[] = [];
    const world = {
      now: () => NOON,
      get: async (path: string) => {
        asked.push(path);
        const told = pages.shift();
        if (!told) throw new TypeError("no way");
        return { status: 200, text: JSON.stringify(told), retryAfter: null };
      },
    };

    expect((await pull(phone, ALICE, key, world)).isDone).toBe(false);
    expect((await getEnrolment(phone, ALICE)).pull).toEqual({ base: null, next: 40, after: "task:1", at: NOON, ahead: 0 });
    expect((await pull(phone, ALICE, key, world)).isDone).toBe(true);
    expect((await readItems(phone, ALICE, key, NOON)).map(({ id }) => id)).toEqual([1, 2]);
    expect((await pull(phone, ALICE, key, world)).isDone).toBe(true);
    expect((await readItems(phone, ALICE, key, NOON)).map(({ id }) => id)).toEqual([2]);
    expect(asked).toEqual([
      "/field/api/bundle",
      "/field/api/bundle?after=task%3A1",
      "/field/api/bundle?after=task%3A1",
      "/field/api/bundle?cursor=40",
    ]);
  });

  it("spells its question in one way", () => {
    const known = { base: 12, next: null, after: "task:7", at: 1 };

    expect(pathOf(known)).toBe("/field/api/bundle?cursor=12&after=task%3A7");
    expect(next(known, page({ cursor: 20 }), 5)).toEqual({ base: 20, next: null, after: null, at: 5, ahead: 0 });
  });

  it("learns by how much a rehearsal's clock is another, and minds no small difference", () => {
    const known = { base: 12, next: null, after: null, at: 1 };
    const aheadAt = (now: string) => next(known, page({ now }), NOON).ahead;

    expect(aheadAt(new Date(NOON + 240_000).toISOString())).toBe(0);
    expect(aheadAt("2020-10-30T12:00:00+08:00")).toBe(-10 * 24 * HOUR);
  });

  it("waits as a busy server asks", async () => {
    const phone = newPhone();
    await enrol(phone, ALICE);
    const busy = { now: () => NOON, get: async () => ({ status: 503, text: "{}", retryAfter: "7" }) };

    expect(await pull(phone, ALICE, await keyOfPin(), busy)).toEqual({ isDone: false, wait: 7000 });
  });
});

describe("the lifeboat", () => {
  const BOB = newId(2);

  it("brings what waits through a colleague's phone, once, and is forgotten with the server's word", async () => {
    const scene = await Scene.begin();
    const made = [await scene.act(), await scene.act()];
    const { text, acts } = await pack(scene.phone, await getEnrolment(scene.phone, ALICE), scene.time);
    const bobs = newPhone();
    const { enrolment } = await enrol(bobs, BOB, RECEIPT_KEY);

    expect([acts, await take(bobs, text), await take(bobs, text), await bobs.boats.count()]).toEqual([2, 2, 2, 1]);
    scene.fault = "no-way";
    await bring(bobs, enrolment, scene.world);
    expect(await bobs.boats.count()).toBe(1);
    scene.fault = "none";
    await bring(bobs, enrolment, scene.world);

    expect([idsAt(scene.server), await bobs.boats.count()]).toEqual([idsOf(made), 0]);
    expect(await counts(scene.phone, ALICE)).toMatchObject({ waiting: 2 });
    await scene.turn();
    expect(idsAt(scene.server)).toEqual(idsOf(made));
    expect(await counts(scene.phone, ALICE)).toMatchObject({ waiting: 0, received: 2 });
  });

  it("holds requests that the intake takes, marked as carried", async () => {
    const scene = await Scene.begin();
    await scene.acts(201);
    const { text } = await pack(scene.phone, await getEnrolment(scene.phone, ALICE), scene.time);
    const bodies = JSON.parse(text).batches.map(({ body }: { body: string }) => JSON.parse(body));

    expect(bodies.map((body: { carried: boolean; acts: unknown[] }) => [body.carried, body.acts.length])).toEqual([
      [true, 200],
      [true, 1],
    ]);
  });

  it("goes through a row of codes, in any order and with some seen twice", async () => {
    const scene = await Scene.begin();
    const made: KeptAct[] = [];
    for (let count = 0; count < 7; count += 1) made.push(await scene.act());
    const owner = await getEnrolment(scene.phone, ALICE);
    const bobs = newPhone();
    const { enrolment } = await enrol(bobs, BOB, RECEIPT_KEY);
    for (const after of [0, 5]) {
      const codes = await seriesOf((await pack(scene.phone, owner, scene.time, { after, most: 5 })).text);
      const gathering = new Gathering();
      let name = "";
      for (const code of [...codes].reverse().concat(codes.slice(0, 2))) name = gathering.add(code)!.name;
      await take(bobs, (await gathering.whole(name))!);
    }
    await bring(bobs, enrolment, scene.world);

    expect(idsAt(scene.server)).toEqual(idsOf(made));
  });

  it("takes no other file along", async () => {
    const bobs = newPhone();

    for (const text of ["", "{}", '{"mark":"fangxian lifeboat 1","batches":[{"body":"x"}]}']) {
      await expect(take(bobs, text)).rejects.toThrow();
    }
    expect(await bobs.boats.count()).toBe(0);
  });
});
