import { V1Secret } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { secretSerializer, unmasked } from "../../../src/vitest/secret-serializer.ts";

expect.addSnapshotSerializer(secretSerializer);

const base64 = (text: string) => Buffer.from(text).toString("base64");
const secret = () => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "db" },
  data: { password: base64("hunter22") },
  stringData: { user: "root" },
});

const manifest = `---
# Source: web/templates/secret.yaml
kind: Secret
apiVersion: v1
# the password is hunter22
metadata: { name: "db" }
stringData:
  password: hunter22
  pin: 1234567
  text: |
    first line of it
    second line of it
---
# Source: web/templates/deployment.yaml
kind: Deployment
metadata:
  annotations: { checksum: "${base64("hunter22")}", pin: "1234567" }
spec: { args: ["--password=hunter22", "second line of it"] }
`;

describe("a snapshot", () => {
  it("of a Secret has its keys and no data", () => {
    expect(secret()).toMatchInlineSnapshot(`
      {
        "apiVersion": "v1",
        "data": {
          "password": "*** (12 characters)",
        },
        "kind": "Secret",
        "metadata": {
          "name": "db",
        },
        "stringData": {
          "user": "*** (4 characters)",
        },
      }
    `);
  });

  it("of objects that contain Secrets shows none of their data", () => {
    const nested = { release: { objects: [secret(), { kind: "SecretList", items: [secret()] }] } };
    expect(nested).toMatchInlineSnapshot(`
      {
        "release": {
          "objects": [
            {
              "apiVersion": "v1",
              "data": {
                "password": "*** (12 characters)",
              },
              "kind": "Secret",
              "metadata": {
                "name": "db",
              },
              "stringData": {
                "user": "*** (4 characters)",
              },
            },
            {
              "items": [
                {
                  "apiVersion": "v1",
                  "data": {
                    "password": "*** (12 characters)",
                  },
                  "kind": "Secret",
                  "metadata": {
                    "name": "db",
                  },
                  "stringData": {
                    "user": "*** (4 characters)",
                  },
                },
              ],
              "kind": "SecretList",
            },
          ],
        },
      }
    `);
  });

  it("of a Secret of client-node, which has no kind in a list, is masked", () => {
    const typed = Object.assign(new V1Secret(), { data: { password: base64("hunter22") } });
    expect({ items: [typed] }).toMatchInlineSnapshot(`
      {
        "items": [
          {
            "data": {
              "password": "*** (12 characters)",
            },
            "kind": "Secret",
          },
        ],
      }
    `);
  });

  it("of a manifest hides the data as plain text, as base64 and line by line, in all documents", () => {
    expect(manifest).toMatchInlineSnapshot(`
      "---
      # Source: web/templates/secret.yaml
      kind: Secret
      apiVersion: v1
      metadata:
        name: db
      stringData:
        password: '*** (8 characters)'
        pin: '***'
        text: '*** (35 characters)'
      ---
      # Source: web/templates/deployment.yaml
      kind: Deployment
      metadata:
        annotations: { checksum: "***", pin: "***" }
      spec: { args: ["--password=***", "***"] }
      "
    `);
  });

  it("of a result hides the data in its notes, values and hooks, too", () => {
    const result = {
      manifest,
      notes: "Log in with hunter22",
      config: { auth: { password: "hunter22" } },
      hooks: [{ manifest: "kind: Secret\nmetadata: { name: s }\nstringData: { token: abcdefgh }\n" }],
      documents: [secret()],
      more: "token abcdefgh",
    };
    expect(result).toMatchInlineSnapshot(`
      {
        "config": {
          "auth": {
            "password": "***",
          },
        },
        "documents": [
          {
            "apiVersion": "v1",
            "data": {
              "password": "*** (12 characters)",
            },
            "kind": "Secret",
            "metadata": {
              "name": "db",
            },
            "stringData": {
              "user": "*** (4 characters)",
            },
          },
        ],
        "hooks": [
          {
            "manifest": "kind: Secret
      metadata:
        name: s
      stringData:
        token: '*** (8 characters)'
      ",
          },
        ],
        "manifest": "---
      # Source: web/templates/secret.yaml
      kind: Secret
      apiVersion: v1
      metadata:
        name: db
      stringData:
        password: '*** (8 characters)'
        pin: '***'
        text: '*** (35 characters)'
      ---
      # Source: web/templates/deployment.yaml
      kind: Deployment
      metadata:
        annotations: { checksum: "***", pin: "***" }
      spec: { args: ["--password=***", "***"] }
      ",
        "more": "token ***",
        "notes": "Log in with ***",
      }
    `);
  });

  it("of a Secret that is not YAML shows none of its data", () => {
    expect("kind: Secret\nstringData: { password: hunter22\n").toMatchInlineSnapshot(`
      "# a Secret that is not valid YAML
      "
    `);
  });

  it.each([
    ["a ConfigMap", { kind: "ConfigMap", data: { password: "hunter22" } }],
    ["a Secret without data", { kind: "Secret", metadata: { name: "s" } }],
    ["a manifest without a Secret", "---\n# Source: a\nkind: ConfigMap\ndata: { a: hunter22 }\n"],
    ["a text", "kind words"],
  ])("of %s is the same as without the serializer", (_name, value) => {
    expect(secretSerializer.test?.(value)).toBe(false);
  });

  it("shows the data of unmasked values", () => {
    expect(unmasked(secret().stringData)).toMatchInlineSnapshot(`
      {
        "user": "root",
      }
    `);
    expect(unmasked([secret()])).toMatchInlineSnapshot(`
      [
        {
          "apiVersion": "v1",
          "data": {
            "password": "aHVudGVyMjI=",
          },
          "kind": "Secret",
          "metadata": {
            "name": "db",
          },
          "stringData": {
            "user": "root",
          },
        },
      ]
    `);
    expect(unmasked("kind: Secret\nstringData: { a: hunter22 }")).toMatchInlineSnapshot(`
      "kind: Secret
      stringData: { a: hunter22 }"
    `);
  });
});
