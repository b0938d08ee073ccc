// What tests take from Node; the app itself runs in browsers only, so its types are not brought along.
declare module "node:fs" {
  export function readFileSync(path: URL): Uint8Array<ArrayBuffer>;
}
