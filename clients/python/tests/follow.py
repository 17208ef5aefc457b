"""Print the text of each message that is accepted, for as long as it runs."""

import asyncio

from openrig_client import AsyncClient


async def follow() -> None:
    async with AsyncClient() as client, client.events(kinds=["message.accepted"]) as events:
        print("listening", flush=True)
        async for event in events:
            if event["kind"] == "message.accepted":
                print(event["data"]["text"], flush=True)


if __name__ == "__main__":
    asyncio.run(follow())
