// Print the text of each message that is accepted, for as long as it runs.
import { client } from "openrig-client";

const events = await client().events({ kinds: ["message.accepted"] }).start();
console.log("listening");
for await (const event of events) console.log(event.data.text);
