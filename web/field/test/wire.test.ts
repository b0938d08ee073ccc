// The wire as the server writes it down from its code (docs/reference/field-wire.json), held against what the app reads and sends.
import Ajv from "ajv/dist/2020";
import ts from "typescript";
import { describe, expect, it } from "vitest";

import wire from "../../../docs/reference/field-wire.json";
import vectors from "../../../tests/vectors/field.json";
import bundle from "../src/acts/bundle.ts?raw";
import { cameAct } from "../src/acts/journeys";
import tables from "../src/store/tables.ts?raw";
import enrolling from "../src/sync/enrolling.ts?raw";
import pulling from "../src/sync/pulling.ts?raw";

const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema(wire, "wire");
const problems = (name: string, value: unknown): string =>
  ajv.validate({ $ref: `wire#/components/schemas/${name}` }, value) ? "" : ajv.errorsText();

/** The app's own interfaces, by the schema that each of them reads. */
const READ: [string, string, string][] = [
  ["Words", "Both", bundle],
  ["Question", "Question", bundle],
  ["Form", "FormItem", bundle],
  ["Task", "TaskItem", bundle],
  ["Door", "DoorItem", bundle],
  ["Place", "PlaceItem", bundle],
  ["Person", "PersonItem", bundle],
  ["Sweep", "SweepItem", bundle],
  ["Me", "MeItem", bundle],
  ["AskedBack", "QuestionItem", bundle],
  ["Bundle", "Bundle", pulling],
  ["Enrolled", "Enrolled", enrolling],
  ["Before", "Before", tables],
];

/** The fields that an interface counts on; those with a question mark it can do without. */
function countedOn(text: string, name: string): string[] {
  const source = ts.createSourceFile("read.ts", text, ts.ScriptTarget.Latest);
  const found = source.statements.filter(ts.isInterfaceDeclaration).find((one) => one.name.text === name);
  const fields = found?.members.filter(ts.isPropertySignature) ?? [];
  return fields.filter(({ questionToken }) => !questionToken).map((field) => field.name.getText(source));
}

describe("what the server tells", () => {
  it.each(READ)("%s counts on nothing that %s may lack", (name, schema, text) => {
    const { required } = wire.components.schemas[schema as keyof typeof wire.components.schemas] as { required: string[] };
    const fields = countedOn(text, name);

    expect(fields.length).toBeGreaterThan(0);
    expect(fields.filter((field) => !required.includes(field))).toEqual([]);
  });
});

describe("what the app sends", () => {
  const batch: unknown = JSON.parse(vectors.batch.body);

  it("is a batch of envelopes", () => {
    expect(problems("Batch", batch)).toBe("");
    expect(vectors.chain.map(({ raw }) => problems("Envelope", JSON.parse(raw)))).toEqual(vectors.chain.map(() => ""));
    expect(problems("Batch", { ...(batch as object), device: undefined })).not.toBe("");
  });

  it("is an act of a known kind, with a body of its shape", () => {
    const person = { area: 7, name: "王小明", phone: "", id_number: "", door: "12", note: "" };

    expect(problems("Act", { kind: "device.lost", body: { from: 3, to: 5 } })).toBe("");
    expect(problems("Act", { kind: "person", body: person })).toBe("");
    expect(problems("Act", cameAct("01900000-0000-7000-8000-000000000001", { is_abroad: false, origin: "天津", left_on: "2020-11-07" }))).toBe("");
    expect(problems("Act", { kind: "person", body: { ...person, colour: "red" } })).not.toBe("");
    expect(problems("Act", { kind: "horoscope", body: {} })).not.toBe("");
  });
});
