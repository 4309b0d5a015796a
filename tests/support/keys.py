"""The keys of the tests."""

from storage.keys import KeySource
from storage.sealing import Sealer

KEYS = "index:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
SEALER = Sealer(KeySource(KEYS))
