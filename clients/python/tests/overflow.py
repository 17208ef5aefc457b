"""Read slowly: more events wait than are kept. Prints how many were given, and whether each came once and in order."""

import asyncio
import sys

from openrig_client import AsyncClient
from openrig_client import events as feed


async def overflow(wanted: int) -> None:
    feed.MOST = 20
    async with AsyncClient() as writer, AsyncClient() as reader, reader.events(kinds=["message.accepted"]) as events:
        texts = [f"message {number}" for number in range(wanted)]
        for text in texts:
            await writer.message.send(to="human@talk", text=text)
        # The reader's connection has all of them by the time it answers something else.
        await reader.agent.list()
        found: list[str] = []
        async for event in events:
            if event["kind"] == "message.accepted":
                found.append(event["data"]["text"])
            if len(found) == wanted:
                break
        sys.stdout.write(f"{len(found)} {found == texts}\n")


if __name__ == "__main__":
    asyncio.run(overflow(int(sys.argv[1])))
