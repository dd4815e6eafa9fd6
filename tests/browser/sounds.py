"""A sound for a player to play. Public names: sound."""

from __future__ import annotations

import io
import wave

_HERTZ = 8000


def sound(seconds: float) -> bytes:
    """A quiet hum, as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(1)
        written.setframerate(_HERTZ)
        written.writeframes(bytes(128 + place % 2 for place in range(int(seconds * _HERTZ))))
    return file.getvalue()
