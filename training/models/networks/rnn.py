"""A simple recurrent network (Elman, 1990) that reads one feature after the other."""

from __future__ import annotations

from types import ModuleType
from typing import Any, ClassVar

from training.models import Parameters
from training.models.networks.sequence import SequenceNetwork
from training.models.space import Choice, Space


class RNN(SequenceNetwork):
    """See `training.models.Model`."""

    family: ClassVar[str] = "rnn"
    defaults: ClassVar[Parameters] = {"width": 64, "dropout": 0.2, "learning_rate": 3e-3}
    space: ClassVar[Space] = {"width": Choice((32, 64)), "learning_rate": Choice((1e-3, 3e-3))}

    def _outputs(self, keras: ModuleType, inputs: Any, n_outputs: int) -> Any:
        steps = keras.layers.SimpleRNN(self._parameters["width"], return_sequences=True)(inputs)
        # Read at every step: the last one alone has forgotten the first features, and starts to learn late.
        hidden = keras.layers.Flatten()(steps)
        return keras.layers.Dense(n_outputs)(keras.layers.Dropout(self._parameters["dropout"])(hidden))
