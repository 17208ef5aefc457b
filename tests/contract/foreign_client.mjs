// A client that nobody here wrote: npm's vscode-jsonrpc on the LSP door. Prints one JSON value a line.
import { createRequire } from "node:module";
import { createConnection } from "node:net";

const [packages, socket, agent] = process.argv.slice(2);
const rpc = createRequire(`${packages}/`)("vscode-jsonrpc/node");
const stream = createConnection(socket);
const connection = rpc.createMessageConnection(new rpc.SocketMessageReader(stream), new rpc.SocketMessageWriter(stream));
const say = (name, value) => console.log(JSON.stringify({ [name]: value }));

const accepted = new Promise((resolve) => {
  connection.onNotification("event/published", (event) => {
    if (event.kind === "message.accepted") resolve(event);
  });
});
connection.onError(([error]) => say("connectionError", String(error)));
connection.listen();

say("initialize", await connection.sendRequest("initialize", { processId: process.pid, rootUri: null, capabilities: {} }));
await connection.sendNotification("initialized", {});
say("list", await connection.sendRequest("agent/list", {}));
say("listWithoutParams", await connection.sendRequest("agent/list"));
say("subscribed", await connection.sendRequest("event/subscribe", { kinds: ["message.accepted"] }));
say("sent", await connection.sendRequest("message/send", { to: agent, text: "echo 'from afar'" }));
say("event", await accepted);
for (const [method, params] of [["agent/get", { agent: "nobody@nowhere" }], ["no/such"], ["agent/get", {}], ["agent/get", { agnet: 1 }]]) {
  try {
    await connection.sendRequest(method, params);
    say("error", null);
  } catch (error) {
    say("error", { code: error.code, kind: error.data?.kind });
  }
}
const source = new rpc.CancellationTokenSource();
const wait = connection.sendRequest("agent/wait", { agent, state: ["failed"], timeoutSeconds: 60 }, source.token);
source.cancel();
say("cancelled", await wait.then(() => null, (error) => error.code));
say("shutdown", await connection.sendRequest("shutdown"));
const closed = new Promise((resolve) => connection.onClose(resolve));
await connection.sendNotification("exit");
await closed;
say("closed", true);
