// The condition language is shared with the console and written in JavaScript: web/conditions.
declare module "@fangxian/conditions" {
  export type Answer = boolean | number | string | string[];
  export type Parsed = { readonly word: string };
  export class Refused extends Error {
    code: string;
  }
  export function parse(source: unknown): Parsed;
  export function evaluate(parsed: Parsed, facts: Record<string, Answer | null | undefined>): boolean | null;
}
