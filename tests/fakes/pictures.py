"""The hosts of covers on a loopback port: a small picture at every address, which begins with the host's name; and who tells
the addresses."""

from __future__ import annotations

import io
import zlib

from PIL import Image

from tests.fakes.loopback import Call, LoopbackServer, Reply, json_reply


def picture(address: str, kind: str = "JPEG", size: int = 300) -> bytes:
    """Of a colour that tells this address from others."""
    colour = zlib.crc32(address.encode())
    file = io.BytesIO()
    Image.new("RGB", (size, size), (colour & 255, colour >> 8 & 255, colour >> 16 & 255)).save(file, kind)
    return file.getvalue()


class FakePictures(LoopbackServer):
    """`sound` is what is at every address of a preview."""

    sound: bytes | None = None

    def answer(self, call: Call) -> Reply:
        if "preview" in call.path.split("/")[1]:
            return Reply(200, self.sound, content_type="audio/mpeg") if self.sound else Reply(404, b"")
        return Reply(200, picture(call.path), content_type="image/jpeg")


class FakeCovers(LoopbackServer):
    """Spotify's oEmbed, which has a cover of every track."""

    def answer(self, call: Call) -> Reply:
        track_id = call.query["url"].rpartition("/")[2]
        return json_reply({"title": "A track", "thumbnail_url": f"https://i.scdn.co/image/{track_id}"})
