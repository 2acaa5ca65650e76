// Phrases of the licences' own texts, the most specific first: several end with the same disclaimer.
const licences: readonly [id: string, ...phrases: string[]][] = [
  ["Apache-2.0", "Apache License", "Version 2.0"],
  ["MPL-2.0", "Mozilla Public License", "2.0"],
  ["CC-BY-SA-4.0", "Attribution-ShareAlike 4.0 International"],
  ["BSD-3-Clause", "Redistributions in binary form must reproduce", "endorse or promote products"],
  ["BSD-2-Clause", "Redistributions in binary form must reproduce"],
  ["MIT", "Permission is hereby granted, free of charge", 'THE SOFTWARE IS PROVIDED "AS IS"'],
  ["ISC", "Permission to use, copy, modify, and"],
  ["Unlicense", "This is free and unencumbered software released into the public domain"],
  ["CC0-1.0", "CC0 1.0 Universal"],
];

/** The identifier of a licence in SPDX's list by its text; `undefined` when none of the known licences is in it. */
export function identifyLicence(text: string): string | undefined {
  const words = (phrase: string) => phrase.toLowerCase().replaceAll(/[\s“”"'`#*>/-]+/g, " ");
  const normal = words(text);
  return licences.find(([, ...phrases]) => phrases.every((phrase) => normal.includes(words(phrase).trim())))?.[0];
}
