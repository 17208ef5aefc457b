// Hold the conversation of a file, and print what was said: `converse.mjs node|browser FILE KEY [WHERE [TOKEN]]`.
import { readFileSync } from "node:fs";
import { RpcError } from "openrig-client";

const [kind, file, key, where, token] = process.argv.slice(2);
const { client: open } = await import(kind === "browser" ? "openrig-client/browser" : "openrig-client");
const client = kind === "browser" ? open({ url: where, token }) : open(where ? { where } : {});
const kept = { key };
const said = [];

function fill(value) {
  if (Array.isArray(value)) return value;
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, fill(part)]));
  }
  if (typeof value !== "string" || !value.startsWith("$")) return value;
  return value.slice(1).split(".").reduce((found, part) => found[part], kept);
}

function call(step, params, options) {
  const [noun, verb] = step.method.split("/");
  return client[noun][verb](params, options);
}

function keep(step, result) {
  kept[step.as ?? ""] = result;
  said.push({ method: step.method, result });
}

let events;
for (const step of JSON.parse(readFileSync(file, "utf8")).steps) {
  const params = fill(step.params ?? {});
  try {
    switch (step.do) {
      case "call":
        keep(step, await call(step, params));
        break;
      case "ask":
        keep(step, await client.ask(step.method, params));
        break;
      case "listen":
        events = await client.events({ since: fill(step.since), kinds: step.kinds, rig: step.rig }).start();
        break;
      case "events": {
        const heard = [];
        while (heard.length < step.count) heard.push((await events.next()).value);
        said.push(heard);
        break;
      }
      case "drop":
        await client.drop();
        break;
      case "cancel": {
        const cancel = new AbortController();
        const waits = call(step, params, { signal: cancel.signal });
        setImmediate(() => cancel.abort());
        const code = await waits.then(() => "an answer", (error) => error.code);
        if (code !== -32800) throw new Error(`not cancelled: ${code}`);
        said.push({ cancelled: step.method });
      }
    }
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    said.push({ method: step.method, error: [error.code, error.kind, error.what, error.fix] });
  }
}
await client.close();
console.log(JSON.stringify(said));
