// What browsers from Chrome 90 on lack and a library calls without asking. Imported before anything else.
if (!("hasOwn" in Object)) {
  Object.defineProperty(Object, "hasOwn", {
    value: (one: object, name: PropertyKey) => Object.prototype.hasOwnProperty.call(one, name),
    configurable: true,
    writable: true,
  });
}

export {};
