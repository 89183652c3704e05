"""The package janus-client against a Janus: create, attach, message, event, detach, destroy.

python3 python_client.py URL, with the package's folder in PYTHONPATH
"""

import asyncio
import json
import sys

from janus_client import JanusPlugin, JanusSession, PluginAttachFail


class Echo(JanusPlugin):
    """EchoTest without media; the package's own one wants a file to play."""

    name = "janus.plugin.echotest"

    def __init__(self):
        super().__init__()
        self.events = asyncio.Queue()

    async def on_receive(self, response):
        await self.events.put(response)


class Nonsense(Echo):
    name = "janus.plugin.nonsense"


def show(step, outcome):
    print(f"= {step}: {outcome}", flush=True)


async def message(echo, body):
    """Sends it, and returns the event that answers it."""
    transaction = await echo.send({"janus": "message", "body": body})
    answer = await transaction.get(matcher={"janus": "event"}, timeout=10)
    await transaction.done()
    return answer["plugindata"]


async def main(url):
    session = JanusSession(base_url=url)
    await session.create()
    show("create", session.created)

    info = await session.transport.info()
    show("info", f"{info['name']} {info['version_string']}")

    echo = Echo()
    await echo.attach(session)
    show("attach", isinstance(echo.id, int) and echo.id > 0)

    accepted = await message(echo, {"audio": True, "bitrate": 64000})
    show("message", json.dumps(accepted, sort_keys=True))
    refused = await message(echo, {"audio": "yes"})
    show("message of a wrong type", json.dumps(refused, sort_keys=True))

    try:
        await Nonsense().attach(session)
    except PluginAttachFail as error:
        show("attach to no plugin", error)

    await echo.trickle(sdpMLineIndex=0)
    show("trickle", "ok")

    other = Echo()
    await other.attach(session)
    show("attach another", other.id != echo.id)
    await other.destroy()
    show("detach", "ok")

    # By hand: the package's own way forgets the handle before the event may have come.
    transaction = await echo.send({"janus": "detach"})
    await transaction.get(matcher={"janus": "success"}, timeout=10)
    await transaction.done()
    while True:
        event = await asyncio.wait_for(echo.events.get(), 10)
        if event["janus"] == "detached":
            break
    show("detached", event["sender"] == echo.id)
    session.detach_plugin(echo)

    await session.destroy()
    show("destroy", not session.created)
    await session.transport.disconnect()
    show("close", "ok")


asyncio.run(asyncio.wait_for(main(sys.argv[1]), 30))
