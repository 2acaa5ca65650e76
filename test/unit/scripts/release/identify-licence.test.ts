import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { identifyLicence } from "../../../../scripts/release/identify-licence.ts";
import { root } from "../../../../scripts/release/repository.ts";

const bsd2 =
  "Redistribution and use in source and binary forms … Redistributions in binary form must\n * reproduce the above";
it.each([
  ["Apache-2.0", readFileSync(`${root}LICENSE`, "utf8")],
  ["BSD-2-Clause", bsd2],
  ["BSD-3-Clause", `${bsd2} … may be used to endorse or\npromote products derived from this software`],
  ["MIT", "Permission is hereby granted, free of charge, to any person … THE SOFTWARE IS PROVIDED “AS IS”, WITHOUT"],
  ["ISC", "Permission to use, copy, modify, and/or distribute this software for any purpose"],
  ["MPL-2.0", "Mozilla Public License, version 2.0\n\n1. Definitions"],
])("recognises %s by its words, whatever the lines and quotes are", (id, text) => {
  expect(identifyLicence(text)).toBe(id);
});

it("recognises neither another licence nor half of one", () => {
  expect(identifyLicence("GNU GENERAL PUBLIC LICENSE Version 3")).toBeUndefined();
  expect(identifyLicence("Permission is hereby granted, free of charge, for evaluation only")).toBeUndefined();
});
